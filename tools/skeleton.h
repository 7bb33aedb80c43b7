/* skeleton.h - the files of a new scenario, to be filled in where they say TODO.
 *
 * In a text, "@ID@" stands for the id of the scenario. */
#ifndef BROKENPIPE_SKELETON_H
#define BROKENPIPE_SKELETON_H

extern const char skeleton_broken[], skeleton_fixed[], skeleton_wrong[], skeleton_readme[],
    skeleton_expectation[];

#endif
