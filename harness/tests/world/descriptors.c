/* descriptors - opens as many as it may, and says how many that are. */
#include "../live/expect.h"

#include <stdint.h>
#include <sys/resource.h>

int main(void)
{
    struct rlimit limit;
    int fd, last = STDERR_FILENO;
    EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    while ((fd = dup(STDIN_FILENO)) != -1) {
        EXPECT(fd == last + 1);
        last = fd;
    }
    EXPECT(errno == EMFILE && (rlim_t)last + 1 == limit.rlim_cur);
    limit.rlim_max++;
    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == -1 && errno == EPERM);
    printf("%d, at most %ju\n", last + 1, (uintmax_t)limit.rlim_max - 1);
    return 0;
}
