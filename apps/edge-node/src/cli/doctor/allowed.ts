import { ok, warn } from './finding.ts';
import type { Check } from './finding.ts';

/** Who may send to the node. A list that is wrong has already kept the settings from being read. */
export const checkAllowed: Check = ({ allow: { callers, addresses } }) => {
  if (callers.length + addresses.length === 0) {
    const remedy = 'List your modalities and PACS in READROOM_ALLOWED_CALLING (CT1,PACS@10.0.0.0/24) and their networks in READROOM_ALLOWED_ADDRESSES.';
    return Promise.resolve([warn('Every machine that reaches the DICOM port may send images.', remedy)]);
  }
  const titles = callers.length === 0 ? 'Every AE title' : `${new Set(callers.map(({ aeTitle }) => aeTitle)).size} AE title(s)`;
  const places = addresses.length === 0 ? 'from any address' : `from ${addresses.length} network(s)`;
  return Promise.resolve([ok(`${titles} may associate, ${places}.`)]);
};
