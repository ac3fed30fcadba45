/** What a person would type, and to put a mistake right. */
import type { World } from './world.ts';

export const createCommand = ({ bucket, region }: World) =>
  `gcloud storage buckets create gs://${bucket} --location=${region} --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=0`;

export const updateCommand =
  (flag: string) =>
  ({ bucket }: World) => [`gcloud storage buckets update gs://${bucket} ${flag}`];

export const uploadFileCommand = ({ bucket, file }: World) =>
  `gcloud storage cp ${quote(file.path)} gs://${bucket}/`;

export const uploadFolderCommand = ({ bucket, folderPath }: World) =>
  `gcloud storage cp --recursive ${quote(folderPath)} gs://${bucket}/`;

export const emptyCommand = ({ bucket }: World) =>
  `gcloud storage rm --recursive "gs://${bucket}/**"`;

export const deleteCommand = ({ bucket }: World) => `gcloud storage buckets delete gs://${bucket}`;

/** The bucket and whatever is in it. */
export const removeCommand = ({ bucket }: World) => `gcloud storage rm --recursive gs://${bucket}`;

/** Quotes a path for a shell where it needs it. */
function quote(path: string): string {
  return /^[\w./~:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
