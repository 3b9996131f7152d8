import { readFile, stat } from 'node:fs/promises';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './finding.ts';

const OTHERS = 0o077;

/** The node key: there, and closed to others. The node reads it from a plain file, so it is never sealed to the machine. */
export const checkKey: Check = async ({ nodeKeyFile }) => {
  const found = await stat(nodeKeyFile).catch(() => null);
  if (!found) return [fail(`There is no node key at ${nodeKeyFile}.`, 'Ask the administrator of Readroom for this node’s key and write it there, readable by the node’s user only.')];
  const text = await readFile(nodeKeyFile, 'utf8').catch(() => null);
  if (text === null) return [fail(`The node key ${nodeKeyFile} cannot be read by this user.`, 'Run the doctor as the node’s user.')];
  if (text.trim() === '') return [fail(`The node key ${nodeKeyFile} is empty.`, 'Write the key the administrator gave you into it, on one line.')];
  if ((found.mode & OTHERS) !== 0) return [fail(`Other users of this machine can read the node key ${nodeKeyFile}.`, `chmod 600 ${nodeKeyFile}, and ask the administrator for a new key if others use this machine.`)];
  return [ok(`The node key ${nodeKeyFile} is closed to other users.`), warn('The node key is not sealed: whoever gets this disk has the key.', 'Keep it on an encrypted disk. If a disk is lost, have the administrator revoke this node.')];
};
