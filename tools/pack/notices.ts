import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installedLicence } from '../check-packages.ts';
import type { InstalledPackage } from './packages.ts';

const LEGAL_FILE = /^(licen[cs]e|copying|notice|third[-_ ]?party[-_ ]?notices)/i;
const README = /^readme/i;
const RULE = '='.repeat(80);

/** Every third-party package of the bundle with its version, its licence and the words that licence wants passed on. */
export async function noticesOf(root: string, packages: readonly InstalledPackage[], nodeLicence: string): Promise<string> {
  const sections = await Promise.all(packages.map((one) => section(root, one)));
  const node = `${RULE}\nnode ${process.versions.node}\nLicence: MIT, and those of its parts\n\n${(await readFile(join(root, nodeLicence), 'utf8')).trim()}\n`;
  return `Readroom is under the Apache License 2.0 (LICENSE). This bundle also holds the software below, unchanged.\n\n${[node, ...sections].join('\n')}`;
}

async function section(root: string, { path, name, version }: InstalledPackage): Promise<string> {
  const licence = (await installedLicence(root, path)) ?? 'see the text below';
  const all = (await readdir(join(root, path))).sort();
  const legal = all.filter((file) => LEGAL_FILE.test(file));
  // Some say in their README whose work they are and under which licences its parts stand.
  const files = legal.length > 0 ? legal : all.filter((file) => README.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(root, path, file), 'utf8')));
  const said = legal.length > 0 ? '' : 'The package brings no licence text. Its README:\n\n';
  const words = texts.length === 0 ? 'The package brings neither a licence text nor a README.' : said + texts.map((text) => text.trim()).join('\n\n');
  return `${RULE}\n${name} ${version}\nLicence: ${licence}\n\n${words}\n`;
}
