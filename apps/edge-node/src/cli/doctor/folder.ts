import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './finding.ts';

const OTHERS = 0o077;

/** The folder of the images: there, ours to write, and nobody else's to read. */
export const checkFolder: Check = async ({ home }) => {
  const found = await stat(home).catch(() => null);
  if (!found) return [warn(`The data folder ${home} is not there yet.`, 'The node makes it at its first start. If it was there before, the disk is not mounted.')];
  if (!found.isDirectory()) return [fail(`${home} is not a folder.`, 'Set READROOM_EDGE_HOME to a folder.')];
  const isWritable = await access(home, constants.R_OK | constants.W_OK | constants.X_OK).then(() => true, () => false);
  if (!isWritable) return [fail(`The data folder ${home} cannot be written by this user.`, 'Run the doctor as the node’s user. If it is that user: give the folder to it with chown -R.')];
  if ((found.mode & OTHERS) !== 0) return [fail(`Other users of this machine can look into the data folder ${home}: patient images lie there.`, `chmod 700 ${home}`)];
  return [ok(`The data folder ${home} can be written, and is closed to other users.`)];
};
