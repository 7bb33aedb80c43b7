/* keyring - tells whether there is a key "brokenpipe-test" in the session's keyring, and puts one
 * there if not, keyrings(7). Without the kernel's key management there is none. */
#include "../live/expect.h"

#include <linux/keyctl.h>
#include <sys/syscall.h>

int main(void)
{
    const char *name = "brokenpipe-test";
    long found = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", name, 0);
    EXPECT(puts(found == -1 ? "no key" : "a key") >= 0);
    syscall(SYS_add_key, "user", name, "x", 1, KEY_SPEC_SESSION_KEYRING);
    return 0;
}
