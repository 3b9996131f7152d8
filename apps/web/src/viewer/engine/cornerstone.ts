import { init as initCore, RenderingEngine, setUseCPURendering } from '@cornerstonejs/core';
import { init as initLoader } from '@cornerstonejs/dicom-image-loader';
import { addTool, init as initTools, LengthTool, PanTool, StackScrollTool, WindowLevelTool, ZoomTool } from '@cornerstonejs/tools';

let engine: RenderingEngine | null = null;

function hasWebGl2(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

function start(): void {
  initCore();
  // Without a graphics card the picture is the same, drawn slower.
  if (!hasWebGl2()) setUseCPURendering(true);
  initLoader({ maxWebWorkers: Math.max(1, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2))) });
  initTools();
  for (const tool of [WindowLevelTool, PanTool, ZoomTool, StackScrollTool, LengthTool]) addTool(tool);
}

/** Starts Cornerstone once a page; a failed start may be tried again. */
export function cornerstone(): RenderingEngine {
  if (engine === null) {
    start();
    engine = new RenderingEngine('readroom');
  }
  return engine;
}
