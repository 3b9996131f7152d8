'use client';

import { useToast } from '../../ui/toast.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { MutedIcon, SoundIcon } from '../../ui/icons.ts';
import { Menu, MenuItem, MenuNote } from '../../ui/overlays.tsx';
import { useAlertCenter } from '../alert-center.tsx';

const NOTE = {
  ready: 'Alerts sound on this computer.',
  blocked: 'The browser keeps this page silent until you click once.',
  unavailable: 'This browser has no sound. Alerts are shown and spoken, not sounded.',
} as const;

/** Whether an alert would be heard, and a way to hear it. */
export function SoundButton() {
  const center = useAlertCenter();
  const toast = useToast();
  if (center.sound === 'blocked') {
    return (
      <Button size="small" tone="danger" onClick={center.unlockSound}>
        <MutedIcon size={14} aria-hidden="true" /> <span className="max-[1439px]:sr-only">Click to</span> <span className="inline-block max-[1439px]:first-letter:uppercase max-[699px]:sr-only">enable sound</span>
      </Button>
    );
  }
  const test = () => {
    void center.testSound().then((heard) => {
      toast(heard ? { tone: 'info', title: 'The critical tone was played', text: 'Not heard? Check the volume and the output of this computer.' } : { tone: 'problem', title: 'The tone could not be played', text: 'Alerts are shown and spoken. Check the sound settings of the browser.' });
    });
  };
  return (
    <Menu trigger={<IconButton label="Alert sound">{center.sound === 'ready' ? <SoundIcon size={16} /> : <MutedIcon size={16} />}</IconButton>}>
      <MenuNote>{NOTE[center.sound]}</MenuNote>
      <MenuItem onSelect={test}>Test the critical tone</MenuItem>
      {center.notifications === 'default' && <MenuItem onSelect={center.askForNotifications}>Also notify me when this page is out of sight</MenuItem>}
      {center.notifications === 'granted' && <MenuNote>You are notified when this page is out of sight. No patient is named.</MenuNote>}
      {center.notifications === 'denied' && <MenuNote>The browser’s settings forbid notifications of this page.</MenuNote>}
    </Menu>
  );
}
