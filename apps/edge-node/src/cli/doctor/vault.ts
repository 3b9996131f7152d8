import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { masterKeyFile, studyKeysFile } from '../../vault/study-keys.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './finding.ts';

const OTHERS = 0o077;

/** The key under which everything at rest is sealed. It lies beside what it seals, so it is never sealed to the machine. */
export const checkVault: Check = async ({ home, keepMs }) => {
  const file = masterKeyFile(home);
  const found = await stat(file).catch(() => null);
  const days = `Each study is deleted ${Math.round(keepMs / 86_400_000)} day(s) after its last image.`;
  if (!found && existsSync(studyKeysFile(home))) return [fail(`The master key ${file} is gone: what this node holds cannot be read, and it does not start.`, 'Put it back from the backup; or move the data folder away and have the senders send again.')];
  if (!found) return [ok(`There is no master key yet: the node makes it at its first start. ${days}`)];
  if ((found.mode & OTHERS) !== 0) return [fail(`Other users of this machine can read the master key ${file}.`, `chmod 600 ${file}`)];
  return [ok(`Images, index and outbox are sealed by a key for each study. ${days}`), warn(`The master key ${file} is not sealed: whoever gets this disk has it.`, 'Keep the data folder on an encrypted disk.')];
};
