/* filter_program.c - making a seccomp filter by libseccomp. See filter_program.h. */
#include "filter_program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void filter_program_begin(struct filter_program *p)
{
    *p = (struct filter_program){.context = seccomp_init(SCMP_ACT_ALLOW)};
    p->result = p->context == NULL ? -ENOMEM : 0;
    if (p->result == 0)
        p->result = seccomp_attr_set(p->context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
    /* A page that the program itself serves could hold up the harness when it reads there. */
    filter_program_add(p, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(userfaultfd), 0, NULL);
    /* Init has the same user outside of all namespaces, so its limits could be changed. */
    const struct scmp_arg_cmp init = filter_low_half_is(0, 1);
    filter_program_add(p, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 1, &init);
}

void filter_program_add(struct filter_program *p, unsigned action, int call, unsigned n,
                        const struct scmp_arg_cmp *comparisons)
{
    if (p->result == 0)
        p->result = seccomp_rule_add_array(p->context, action, call, n, comparisons);
}

struct scmp_arg_cmp filter_low_half_is(unsigned argument, unsigned value)
{
    return (struct scmp_arg_cmp){
        .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = 0xffffffff, .datum_b = value};
}

static int take_over(int fd, struct sock_fprog *filter)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0)
        return -EIO;
    filter->filter = malloc((size_t)size);
    filter->len = (unsigned short)((size_t)size / sizeof(*filter->filter));
    if (filter->filter == NULL)
        return -ENOMEM;
    if (pread(fd, filter->filter, (size_t)size, 0) != size) {
        free(filter->filter);
        return -EIO;
    }
    return 0;
}

/* libseccomp 2.5 hands the program out through a descriptor only. */
static int export(scmp_filter_ctx context, struct sock_fprog *filter)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    int result = seccomp_export_bpf(context, fd);
    if (result == 0)
        result = take_over(fd, filter);
    close(fd);
    return result;
}

int filter_program_end(struct filter_program *p, struct sock_fprog *filter, struct error *err)
{
    if (p->result == 0)
        p->result = export(p->context, filter);
    if (p->context != NULL)
        seccomp_release(p->context);
    if (p->result != 0)
        return error_set(err, "cannot make a seccomp filter: %s", strerror(-p->result));
    return 0;
}
