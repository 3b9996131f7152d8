'use client';

import type { ReactNode } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { browserStorage } from '../../lib/storage.ts';

/** Two or more panes side by side whose widths a person sets and finds again. */
export function PaneGroup({ id, paneIds, children }: { id: string; paneIds: string[]; children: ReactNode }) {
  const layout = useDefaultLayout({ id: `readroom.${id}`, panelIds: paneIds, storage: browserStorage });
  return (
    <Group id={id} orientation="horizontal" className="h-full min-h-0" defaultLayout={layout.defaultLayout} onLayoutChanged={layout.onLayoutChanged}>
      {children}
    </Group>
  );
}

export interface PaneProps {
  id: string;
  /** Left out for the pane that takes what the others leave. */
  defaultSize?: string;
  minSize: string;
  maxSize?: string;
  /** Keeps its width in pixels when the window changes; one pane of a group takes up the rest. */
  fixed?: boolean;
  children: ReactNode;
}

export function Pane({ id, defaultSize, minSize, maxSize, fixed = false, children }: PaneProps) {
  return (
    <Panel id={id} minSize={minSize} {...(defaultSize === undefined ? {} : { defaultSize })} {...(maxSize === undefined ? {} : { maxSize })} groupResizeBehavior={fixed ? 'preserve-pixel-size' : 'preserve-relative-size'}>
      {children}
    </Panel>
  );
}

export function PaneHandle({ label }: { label: string }) {
  return <Separator aria-label={label} className="w-px bg-line outline-none hover:bg-accent focus-visible:bg-accent data-[separator=active]:bg-accent" />;
}
