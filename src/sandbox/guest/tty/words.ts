/** What bash knows without a file, for completion. */
export const INTERPRETER_WORDS =
  'alias bg cd command declare disown echo eval exec exit export false fg for function hash help history if jobs kill local logout printf pwd read readonly return set shift shopt source test time trap true type ulimit umask unalias unset until wait while'.split(
    ' ',
  );
