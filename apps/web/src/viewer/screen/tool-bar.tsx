'use client';

import { cx } from '../../ui/cx.ts';
import { Button } from '../../ui/button.tsx';
import { AiIcon, DownIcon, EyeIcon, EyeOffIcon, InvertIcon, LengthIcon, PanIcon, ResetIcon, RotateIcon, WindowIcon, ZoomIcon } from '../../ui/icons.ts';
import { Kbd } from '../../ui/marks/marks.tsx';
import { Menu, MenuItem, Tooltip } from '../../ui/overlays.tsx';
import type { StackView } from '../engine/stack-view.ts';
import type { ToolName } from '../engine/viewport-tools.ts';
import type { WindowPreset } from '../engine/window-presets.ts';

export interface ToolBarProps {
  tool: ToolName;
  presets: readonly WindowPreset[];
  view: StackView | null;
  marksShown: boolean;
  marksTotal: number;
  onTool(tool: ToolName): void;
  onMarks(): void;
}

const TOOLS = [
  { name: 'window', label: 'Window', key: 'w', Icon: WindowIcon },
  { name: 'zoom', label: 'Zoom', key: 'z', Icon: ZoomIcon },
  { name: 'pan', label: 'Pan', key: 'p', Icon: PanIcon },
  { name: 'length', label: 'Length. Not saved with the report', key: 'l', Icon: LengthIcon },
] as const;

export function ToolBar({ tool, presets, view, marksShown, marksTotal, onTool, onMarks }: ToolBarProps) {
  return (
    <div role="toolbar" aria-label="Viewer tools" className="flex h-9 shrink-0 items-center gap-0.5 overflow-hidden border-b border-line bg-raised px-2">
      {TOOLS.map(({ name, label, key, Icon }) => (
        <ToolButton key={name} label={label} shortcut={key} pressed={tool === name} onClick={() => onTool(name)}>
          <Icon size={15} />
        </ToolButton>
      ))}
      <span className="mx-1 h-4 w-px bg-line" />
      <ToolButton label="Invert" shortcut="i" onClick={() => view?.invert()}>
        <InvertIcon size={15} />
      </ToolButton>
      <ToolButton label="Rotate by 90°" shortcut="r" onClick={() => view?.rotate()}>
        <RotateIcon size={15} />
      </ToolButton>
      <ToolButton label="Reset" shortcut="Space" onClick={() => view?.reset()}>
        <ResetIcon size={15} />
      </ToolButton>
      {presets.length > 0 && <Presets presets={presets} view={view} />}
      <Button size="small" tone="ghost" className={cx('ml-auto', marksShown ? 'text-ai!' : '')} aria-pressed={marksShown} disabled={marksTotal === 0} onClick={onMarks}>
        <AiIcon size={14} aria-hidden="true" />
        {marksTotal === 0 ? 'No AI marks' : marksShown ? 'AI marks shown' : 'AI marks hidden'}
        {marksShown ? <EyeIcon size={14} aria-hidden="true" /> : <EyeOffIcon size={14} aria-hidden="true" />}
        <Kbd keys="m" />
      </Button>
    </div>
  );
}

interface ToolButtonProps {
  label: string;
  shortcut: string;
  pressed?: boolean;
  children: React.ReactNode;
  onClick(): void;
}

function ToolButton({ label, shortcut, pressed, children, onClick }: ToolButtonProps) {
  return (
    <Tooltip text={<span className="flex items-center gap-2">{label} <Kbd keys={shortcut} /></span>}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        onClick={onClick}
        className={cx('grid size-7 place-items-center rounded', pressed ? 'bg-accent-wash text-accent' : 'text-muted hover:bg-raised-2 hover:text-text')}
      >
        {children}
      </button>
    </Tooltip>
  );
}

function Presets({ presets, view }: { presets: readonly WindowPreset[]; view: StackView | null }) {
  return (
    <Menu
      trigger={
        <Button size="small" tone="ghost">
          Windows <DownIcon size={12} aria-hidden="true" />
        </Button>
      }
    >
      {presets.map((preset) => (
        <MenuItem key={preset.key} onSelect={() => view?.preset(preset)} hint={<Kbd keys={preset.key} />}>
          {preset.name}
          <span className="nums text-xs text-muted">
            W {preset.width} L {preset.center}
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
}
