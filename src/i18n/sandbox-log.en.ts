/** What `cloudlab sandbox log` says. */
export const sandboxLog = {
  options: {
    follow: 'go on showing what comes, until Ctrl-C',
    method: 'only methods whose name has this in it, such as storage.objects.insert',
    principal: 'only who has this in his name: an email address, owner, anonymous',
    denied: 'only what was refused: 401 and 403',
    all: 'also what cloudlab itself looks at, such as the checks of a mission',
    limit: 'at most so many of the newest entries (default: 50; with --follow 10)',
  },
  none: 'Nothing has been asked of the sandbox yet.',
  noneSuch: 'No entry is like that.',
  following: 'What comes is shown as it happens. Ctrl-C ends it.',
  stopped: 'The sandbox has stopped.',
  forgotten: 'Everything in the sandbox was deleted, its log as well.',
  needs: (permission: string) => `needs ${permission}`,
  on: (resource: string) => ` on ${resource}`,
  via: (principals: string) => ` (via ${principals})`,
  page: 'web page',
  hidden: (entries: number) =>
    `${entries} more ${entries === 1 ? 'entry is' : 'entries are'} of cloudlab itself: --all shows them.`,
};
