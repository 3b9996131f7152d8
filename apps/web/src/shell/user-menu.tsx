'use client';

import { useDensity } from '../lib/density.ts';
import { useSession } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { DownIcon, KeyboardIcon, PersonIcon, SearchIcon, SignOutIcon } from '../ui/icons.ts';
import { Kbd } from '../ui/marks/marks.tsx';
import { useListView } from '../worklist/columns/use-list-view.ts';
import { Menu, MenuItem, MenuLine, MenuNote } from '../ui/overlays.tsx';

const ROLE = { attending: 'Attending radiologist', resident: 'Resident', admin: 'Administrator', it: 'Hospital IT', technologist: 'Technologist' } as const;

export function UserMenu({ onHelp, onPalette }: { onHelp(): void; onPalette(): void }) {
  const session = useSession();
  const density = useDensity();
  const { setDensity } = useListView();
  return (
    <Menu
      trigger={
        <Button tone="ghost" className="max-w-44" aria-label={`Menu of ${session.user.name}`}>
          <PersonIcon size={15} aria-hidden="true" />
          <bdi className="truncate max-[1439px]:sr-only">{session.user.name}</bdi>
          <DownIcon size={13} aria-hidden="true" />
        </Button>
      }
    >
      <MenuNote>
        {session.user.email}
        <br />
        {ROLE[session.membership.role]}, {session.membership.organisationName}
      </MenuNote>
      <MenuLine />
      <MenuItem onSelect={onPalette} hint={<Kbd keys="Ctrl+K" />}>
        <SearchIcon size={14} /> Find anything to do
      </MenuItem>
      <MenuItem onSelect={onHelp} hint={<Kbd keys="?" />}>
        <KeyboardIcon size={14} /> Keys
      </MenuItem>
      <MenuItem onSelect={() => setDensity(density === 'dense' ? 'comfortable' : 'dense')}>{density === 'dense' ? 'Larger text (15 px)' : 'Denser text (13 px)'}</MenuItem>
      <MenuLine />
      <MenuItem onSelect={session.signOut}>
        <SignOutIcon size={14} /> Sign out
      </MenuItem>
    </Menu>
  );
}
