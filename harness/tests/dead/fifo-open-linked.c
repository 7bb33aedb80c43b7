/* Processes open FIFOs by names that only mean what they mean to the process itself: through an
 * absolute link, through a link upwards out of the working directory, through its own descriptor in
 * /proc, and by a name of many directories. Nobody will ever open one of them for writing. */
#include "stamp.h"

#include <limits.h>
#include <sys/stat.h>

static char home[PATH_MAX];

static void open_absolute_link(void)
{
    char target[PATH_MAX + 16];
    EXPECT(mkfifo("linked", 0600) == 0 && getcwd(home, sizeof home) != NULL);
    snprintf(target, sizeof target, "%s/linked", home);
    EXPECT(symlink(target, "link") == 0);
    stamp();
    open("link", O_RDONLY);
}

static void open_link_upwards(void)
{
    EXPECT(mkfifo("above", 0600) == 0 && mkdir("inner", 0700) == 0);
    EXPECT(symlink("../above", "inner/link") == 0 && chdir("inner") == 0);
    stamp();
    open("link", O_RDONLY);
}

static void open_descriptor(void)
{
    char name[64];
    EXPECT(mkfifo("held", 0600) == 0);
    int place = open("held", O_PATH);
    EXPECT(place != -1);
    snprintf(name, sizeof name, "/proc/self/fd/%d", place);
    stamp();
    open(name, O_RDONLY);
}

static void open_long_name(void)
{
    static const char part[] = "a-directory-with-a-name-that-is-rather-long/";
    char name[1024] = "";
    for (int i = 0; i < 20; i++) {
        strcat(name, part);
        EXPECT(mkdir(name, 0700) == 0);
    }
    strcat(name, "fifo");
    EXPECT(mkfifo(name, 0600) == 0);
    stamp();
    open(name, O_RDONLY);
}

int main(void)
{
    void (*const ways[])(void) = {open_absolute_link, open_link_upwards, open_descriptor};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (start() == 0) {
            ways[i]();
            woken();
        }
    }
    open_long_name();
    woken();
}
