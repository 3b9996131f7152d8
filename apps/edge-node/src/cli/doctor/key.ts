import { stat } from 'node:fs/promises';
import { isAppError } from '@readroom/shared/error';
import { readNodeKey } from '../../identity/node-key.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './finding.ts';

const OTHERS = 0o077;

/** The node key: there, a key, and closed to others. The node reads it from a plain file, so it is never sealed to the machine. */
export const checkKey: Check = async ({ nodeKeyFile }) => {
  const found = await stat(nodeKeyFile).catch(() => null);
  if (!found) return [fail(`There is no node key at ${nodeKeyFile}: this node is not enrolled.`, 'Ask the administrator of Readroom for a code, and run readroom-edge enrol URL CODE as the node’s user.')];
  try {
    readNodeKey(nodeKeyFile);
  } catch (error) {
    return [fail(isAppError(error) ? error.message : 'The node key cannot be read.', 'Run the doctor as the node’s user. If it is that user: enrol the node again.')];
  }
  if ((found.mode & OTHERS) !== 0) return [fail(`Other users of this machine can read the node key ${nodeKeyFile}.`, `chmod 600 ${nodeKeyFile}, then readroom-edge rotate if others use this machine.`)];
  return [ok(`The node key ${nodeKeyFile} is closed to other users.`), warn('The node key is not sealed: whoever gets this disk has the key.', 'Keep it on an encrypted disk. If a disk is lost, have the administrator revoke this node.')];
};
