/** What `cloudlab shell` and `cloudlab exec` say. */
export const shell = {
  greeting: (url: string, project: string) =>
    `A cloudlab shell: every cloud tool in it talks to the sandbox at ${url} (project ${project}). Nothing here costs money, and your own accounts and settings stay outside.`,
  enforced: 'Who asks has to prove who he is here; your tools do, as learner@example.com.',
  tryThis: 'Try:',
  leave: (own: boolean): string =>
    own
      ? 'Leave with exit. The sandbox was started for this shell and stops with it; its data stays.'
      : 'Leave with exit. The sandbox was running before and goes on.',
  withoutGcloud: (others: readonly string[]) =>
    `gcloud is not installed; ${others.length === 0 ? 'any HTTP client works as well' : `this works as well: ${others.join(', ')}`}. To install it: https://cloud.google.com/sdk/docs/install`,
  oldGcloud: (found: string, oldest: string) =>
    `Your gcloud is ${found}; the commands that cloudlab shows need ${oldest} or newer. Update with: gcloud components update (installed by apt or brew: with that)`,
  left: (own: boolean): string =>
    own
      ? 'You have left the cloudlab shell. Its sandbox has stopped; the data stays.'
      : 'You have left the cloudlab shell. The sandbox goes on.',
  notYet: 'Not there yet',
  bq: 'BigQuery is not in the sandbox yet: it is asked, and says so',
  psql: 'Cloud SQL is not in the sandbox yet; psql is left alone',
  java: 'Java reads no variable: StorageOptions.newBuilder().setHost(System.getenv("CLOUDLAB_URL"))',
};
