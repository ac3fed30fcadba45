import { resolveImage } from '../images/resolve.ts';
import type { OperationWarning } from '../operations/records.ts';
import type { ComputeState } from '../state.ts';

/** A disk that is larger than its image: file systems may have to be resized by hand. */
export function sizeWarnings(
  state: ComputeState,
  sizeGb: string | undefined,
  sourceImage: string | undefined,
): OperationWarning[] {
  if (!sizeGb || !sourceImage) return [];
  const image = resolveImage(state, sourceImage);
  if (image === undefined || Number(sizeGb) <= image.diskSizeGb) return [];
  return [
    {
      code: 'DISK_SIZE_LARGER_THAN_IMAGE_SIZE',
      message:
        `Disk size: '${sizeGb} GB' is larger than image size: '${image.diskSizeGb} GB'. ` +
        'You might need to resize the root repartition manually if the operating system does ' +
        'not support automatic resizing. See ' +
        'https://cloud.google.com/compute/docs/disks/add-persistent-disk#resize_pd for details.',
    },
  ];
}
