/** What the id of a person begins with who acted at a node's own page (AL7); the node's id and the account follow. */
export const LAN_ACTOR = 'lan:';

export function lanActor(nodeId: string, account: string): string {
  return `${LAN_ACTOR}${nodeId}:${account}`;
}

export function isLanActor(id: string): boolean {
  return id.startsWith(LAN_ACTOR);
}

/** A person as a screen names them: where it was done, if that was not in Readroom itself. */
export function whoText({ id, name }: { readonly id: string; readonly name: string }): string {
  return isLanActor(id) ? `${name} at the hospital’s own page` : name;
}
