// measure COMMAND ...: runs it with its output thrown away, and prints wall and processor seconds, peak
// resident octets and exit status. Small itself: the peak of a process begins with its parent's.
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }

int main(int count, char **command) {
    if (count < 2) return 2;
    double begun = now();
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, 0), dup2(nowhere, 1), dup2(nowhere, 2);
        execvp(command[1], command + 1);
        _exit(127);
    }
    int status = 0;
    struct rusage use;
    wait4(child, &status, 0, &use);
    double wall = now() - begun;
    printf("%.6f %.6f %ld %d\n", wall, use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6,
           use.ru_maxrss * 1024, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}
