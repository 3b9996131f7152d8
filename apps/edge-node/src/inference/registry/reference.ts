import { createHash } from 'node:crypto';

/**
 * The manifests of the models that come along, by their sha256: they count from the first start on and need no signature. A manifest
 * that was changed, in a threshold too, is a model of the hospital's and starts in shadow. `reference.test.ts` holds this to `models/`.
 */
const MANIFESTS: ReadonlyMap<string, string> = new Map([
  ['brain_mr', '3b166c9e434df3e2985722ed7a0b04b46949b11154ad6a40770f9e6d30b7c814'],
  ['breast_us', '4eba5a76dfd0ab349b37a58be0d0a1c207c4c838b211a23b36fc9a1a607de99a'],
  ['cxr', '8b4692f8e47953c7a0485b5266e6eb0e0ee571754713b6ee47b9b8edb1d9e20d'],
  ['head_ct', '95d0af5dfc73121ba2a0a2b8b27ac41cdc0a4856b4eba5e3b27f6ea49938a544'],
  ['hippocampus', '9be4be6f91431c5aab960eb210f0a9a37e810849c2e9a908bab3ed8edd91c60e'],
  ['image_quality', '87485fe3f2ca26ee28cac3eb7442f9433dde818613df578b7a59ceb61f2ba96c'],
]);

export function isReference(id: string, manifest: Uint8Array): boolean {
  return MANIFESTS.get(id) === createHash('sha256').update(manifest).digest('hex');
}

/** Whether a model of this name comes along: while it is refused its studies read "not analysed" (law PR7). */
export const isReferenceId = (id: string): boolean => MANIFESTS.has(id);
