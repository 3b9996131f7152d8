import { Enums, ToolGroupManager, utilities } from '@cornerstonejs/tools';

export type ToolName = 'window' | 'pan' | 'zoom' | 'length';

/** Cornerstone's own names. */
const TOOL = { window: 'WindowLevel', pan: 'Pan', zoom: 'Zoom', length: 'Length' } as const;
const SCROLL = 'StackScroll';
const { Primary, Auxiliary, Secondary, Wheel } = Enums.MouseBindings;

export interface ViewportTools {
  /** The tool of the left button. Middle pans, right zooms, the wheel scrolls, always. */
  choose(tool: ToolName): void;
  stop(): void;
}

export function createViewportTools(viewportId: string, engineId: string, element: HTMLDivElement): ViewportTools {
  const groupId = `tools-${viewportId}`;
  const group = ToolGroupManager.createToolGroup(groupId);
  if (!group) throw new Error(`Tool group ${groupId} exists already`);
  for (const name of [...Object.values(TOOL), SCROLL]) group.addTool(name);
  group.addViewport(viewportId, engineId);
  const choose = (tool: ToolName) => {
    for (const name of Object.values(TOOL)) group.setToolPassive(name, { removeAllBindings: true });
    group.setToolActive(SCROLL, { bindings: [{ mouseButton: Wheel }] });
    group.setToolActive(TOOL.pan, { bindings: [{ mouseButton: Auxiliary }, ...(tool === 'pan' ? [{ mouseButton: Primary }] : [])] });
    group.setToolActive(TOOL.zoom, { bindings: [{ mouseButton: Secondary }, ...(tool === 'zoom' ? [{ mouseButton: Primary }] : [])] });
    if (tool === 'window' || tool === 'length') group.setToolActive(TOOL[tool], { bindings: [{ mouseButton: Primary }] });
  };
  choose('window');
  return {
    choose,
    stop() {
      utilities.stackContextPrefetch.disable(element);
      ToolGroupManager.destroyToolGroup(groupId);
    },
  };
}

/** Fetches the neighbours of the shown image first, then the rest. */
export function prefetchAround(element: HTMLDivElement): void {
  utilities.stackContextPrefetch.enable(element);
}
