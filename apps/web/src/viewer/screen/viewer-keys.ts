import type { Binding } from '../../keys/registry.ts';
import type { StackView } from '../engine/stack-view.ts';
import type { ToolName } from '../engine/viewport-tools.ts';
import type { WindowPreset } from '../engine/window-presets.ts';

export interface ViewerDeeds {
  readonly view: StackView | null;
  readonly presets: readonly WindowPreset[];
  choose(tool: ToolName): void;
  toggleMarks(): void;
}

const PAGE = 10;

/** The keys of OHIF's viewer, which every reader's hand knows. */
export function viewerBindings({ view, presets, choose, toggleMarks }: ViewerDeeds): Binding[] {
  const viewer = { context: 'viewer' } as const;
  return [
    { ...viewer, id: 'viewer.window', keys: ['w'], label: 'Window with the left button', run: () => choose('window') },
    { ...viewer, id: 'viewer.zoom', keys: ['z'], label: 'Zoom with the left button', run: () => choose('zoom') },
    { ...viewer, id: 'viewer.pan', keys: ['p'], label: 'Pan with the left button', run: () => choose('pan') },
    { ...viewer, id: 'viewer.length', keys: ['l'], label: 'Measure a length', run: () => choose('length') },
    { ...viewer, id: 'viewer.invert', keys: ['i'], label: 'Invert', run: () => view?.invert() },
    { ...viewer, id: 'viewer.rotate', keys: ['r'], label: 'Rotate by 90°', run: () => view?.rotate() },
    { ...viewer, id: 'viewer.reset', keys: ['Space'], label: 'Reset the view', run: () => view?.reset() },
    { ...viewer, id: 'viewer.marks', keys: ['m'], label: 'Show or hide AI marks', run: toggleMarks },
    { ...viewer, id: 'viewer.next', keys: ['ArrowDown'], label: 'Next image', hidden: true, run: () => view?.scroll(1) },
    { ...viewer, id: 'viewer.previous', keys: ['ArrowUp'], label: 'Previous image', hidden: true, run: () => view?.scroll(-1) },
    { ...viewer, id: 'viewer.page-down', keys: ['PageDown'], label: 'Ten images on', hidden: true, run: () => view?.scroll(PAGE) },
    { ...viewer, id: 'viewer.page-up', keys: ['PageUp'], label: 'Ten images back', hidden: true, run: () => view?.scroll(-PAGE) },
    ...presets.map((preset) => ({ ...viewer, id: `viewer.preset-${preset.key}`, keys: [preset.key], label: `Window: ${preset.name}`, run: () => view?.preset(preset) })),
  ];
}
