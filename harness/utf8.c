/* utf8.c - makes bytes from a foreign program fit to be shown: see utf8.h. */
#include "utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Bytes of the character that starts at `s` (at most `n` are there); 0 if they are not valid UTF-8:
 * cut short, overlong, a surrogate, or beyond U+10FFFF. */
static size_t character_length(const unsigned char *s, size_t n)
{
    size_t length;
    if (s[0] < 0x80)
        return 1;
    else if (s[0] >= 0xC2 && s[0] <= 0xDF)
        length = 2;
    else if (s[0] >= 0xE0 && s[0] <= 0xEF)
        length = 3;
    else if (s[0] >= 0xF0 && s[0] <= 0xF4)
        length = 4;
    else
        return 0;

    if (length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (!is_continuation(s[i]))
            return 0;
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] >= 0xA0;
    bool beyond = s[0] == 0xF4 && s[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

/* Is the valid character at `s` one of those that end a line or turn the direction of the text:
 * U+2028 to U+202E, U+2066 to U+2069? */
static bool turns_text(const unsigned char *s)
{
    return s[0] == 0xE2 && ((s[1] == 0x80 && s[2] >= 0xA8 && s[2] <= 0xAE) ||
                            (s[1] == 0x81 && s[2] >= 0xA6 && s[2] <= 0xA9));
}

/* Is it a control character? C0 and DEL, or C1, which is two bytes long; or as good as one. A tab
 * does no harm. */
static bool is_control(const unsigned char *s)
{
    return (s[0] < 0x20 && s[0] != '\t') || s[0] == 0x7F || (s[0] == 0xC2 && s[1] < 0xA0) ||
           turns_text(s);
}

/* Appends the picture of the control character at `s`, U+2400 and following. Only C0 and DEL have
 * pictures. */
static char *append_picture(char *end, const unsigned char *s)
{
    if (s[0] >= 0x80)
        return stpcpy(end, REPLACEMENT);
    *end++ = '\xE2';
    *end++ = '\x90';
    *end++ = (char)(0x80 + (s[0] == 0x7F ? 0x21 : s[0]));
    return end;
}

static char *convert(const char *bytes, size_t length, bool show_controls)
{
    char *result = malloc(3 * length + 1); /* a byte becomes three at most */
    if (result == NULL)
        return NULL;
    char *end = result;
    const unsigned char *s = (const unsigned char *)bytes;
    for (size_t i = 0; i < length;) {
        size_t size = character_length(s + i, length - i);
        if (size != 0 && show_controls && is_control(s + i))
            end = append_picture(end, s + i);
        else if (size == 0 || s[i] == '\0')
            end = stpcpy(end, REPLACEMENT);
        else
            end = mempcpy(end, s + i, size);
        i += size != 0 ? size : 1;
    }
    *end = '\0';
    return result;
}

char *utf8_repair(const char *bytes, size_t length)
{
    return convert(bytes, length, false);
}

char *utf8_printable(const char *bytes, size_t length)
{
    return convert(bytes, length, true);
}

size_t utf8_width(const char *bytes, size_t length)
{
    size_t width = 0;
    for (size_t i = 0; i < length; i++)
        width += !is_continuation((unsigned char)bytes[i]);
    return width;
}

size_t utf8_prefix(const char *string, size_t width)
{
    size_t end = 0;
    for (size_t shown = 0; string[end] != '\0'; end++)
        if (!is_continuation((unsigned char)string[end]) && shown++ == width)
            break;
    return end;
}
