import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DISK_WARN_FACTOR } from '../../console/status.ts';
import { diskFreeBytes } from '../../infra/disk.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './finding.ts';

const GIB = 2 ** 30;

/** Space above the watermark under which images are refused (0xA700). */
export const checkDisk: Check = async ({ home, diskReserveBytes }) => {
  const free = diskFreeBytes(nearest(home));
  const say = `${(free / GIB).toFixed(1)} GiB free for images in ${home}; they are refused below ${(diskReserveBytes / GIB).toFixed(1)} GiB`;
  if (free < diskReserveBytes) return [fail(`${say}: senders get 0xA700 and keep their images.`, 'Free space on this disk; sending goes on by itself.')];
  if (free < diskReserveBytes * DISK_WARN_FACTOR) return [warn(`${say}: that is soon.`, 'Free space, or give READROOM_EDGE_HOME a larger disk.')];
  return [ok(`${say}.`)];
};

/** Before the first start the folder is not there yet: the disk it will be on is asked. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
