import { Enums, eventTarget, type RenderingEngine, type Types } from '@cornerstonejs/core';
import { z } from 'zod';
import { affineFrom, type Affine } from '../overlay/geometry.ts';
import { cornerstone } from './cornerstone.ts';
import { problemOfRequest, type ImageProblem } from './image-problem.ts';
import { createViewportTools, prefetchAround, type ToolName, type ViewportTools } from './viewport-tools.ts';
import { rangeOf, windowOf, type WindowPreset } from './window-presets.ts';

/** What is on the screen now. */
export interface ViewFacts {
  readonly index: number;
  /** From stored pixels to CSS pixels of the viewport; null until an image is drawn. */
  readonly affine: Affine | null;
  readonly size: { readonly width: number; readonly height: number };
  readonly window: { readonly center: number; readonly width: number } | null;
  readonly problem: ImageProblem | null;
}

export const NOTHING_SHOWN: ViewFacts = { index: 0, affine: null, size: { width: 0, height: 0 }, window: null, problem: null };

/** One viewport that shows a stack of images and tells what it shows. */
export interface StackView {
  show(imageIds: readonly string[], index: number): Promise<void>;
  goTo(index: number): Promise<void>;
  scroll(step: number): void;
  choose(tool: ToolName): void;
  preset(preset: WindowPreset): void;
  invert(): void;
  rotate(): void;
  reset(): void;
  stop(): void;
}

let nextId = 1;

/** Throws when the browser gives no way to draw. */
export function openStackView(element: HTMLDivElement, onFacts: (facts: ViewFacts) => void): StackView {
  const engine = cornerstone();
  const viewportId = `stack-${nextId++}`;
  engine.enableElement({ viewportId, type: Enums.ViewportType.STACK, element, defaultOptions: { background: [0, 0, 0] } });
  const viewport = engine.getViewport<Types.IStackViewport>(viewportId);
  const tools = createViewportTools(viewportId, engine.id, element);
  const watch = watchView(element, viewport, onFacts);
  const resize = new ResizeObserver(() => engine.resize(true, true));
  resize.observe(element);
  return deedsOf({ engine, viewport, viewportId, element, tools, watch, resize });
}

interface Parts {
  readonly engine: RenderingEngine;
  readonly viewport: Types.IStackViewport;
  readonly viewportId: string;
  readonly element: HTMLDivElement;
  readonly tools: ViewportTools;
  readonly watch: { ask(): void; clear(): void; stop(): void };
  readonly resize: ResizeObserver;
}

function deedsOf({ engine, viewport, viewportId, element, tools, watch, resize }: Parts): StackView {
  let stopped = false;
  return {
    async show(imageIds, index) {
      watch.clear();
      await viewport.setStack([...imageIds], index);
      if (stopped) return;
      prefetchAround(element);
      viewport.render();
    },
    async goTo(index) {
      if (index === viewport.getCurrentImageIdIndex()) return;
      watch.clear();
      await viewport.setImageIdIndex(index);
    },
    scroll: (step) => viewport.scroll(step),
    choose: tools.choose,
    preset(preset) {
      viewport.setProperties({ voiRange: rangeOf(preset) });
      viewport.render();
    },
    invert() {
      viewport.setProperties({ invert: viewport.getProperties().invert !== true });
      viewport.render();
    },
    rotate() {
      viewport.setViewPresentation({ rotation: ((viewport.getViewPresentation().rotation ?? 0) + 90) % 360 });
      viewport.render();
    },
    reset() {
      viewport.resetProperties();
      viewport.setViewPresentation({ rotation: 0 });
      viewport.resetCamera();
      viewport.render();
    },
    stop() {
      stopped = true;
      watch.stop();
      resize.disconnect();
      tools.stop();
      engine.disableElement(viewportId);
    },
  };
}

const EVENTS = [Enums.Events.IMAGE_RENDERED, Enums.Events.CAMERA_MODIFIED, Enums.Events.STACK_NEW_IMAGE, Enums.Events.VOI_MODIFIED] as const;

/** Tells at most once a frame what is shown, and at once why an image is not. */
function watchView(element: HTMLDivElement, viewport: Types.IStackViewport, onFacts: (facts: ViewFacts) => void): Parts['watch'] {
  let frame = 0;
  let problem: ImageProblem | null = null;
  const tell = () => {
    frame = 0;
    onFacts(factsOf(viewport, element, problem));
  };
  const ask = () => {
    frame ||= requestAnimationFrame(tell);
  };
  const onNew = () => {
    problem = null;
    ask();
  };
  const onFailed = (event: Event) => {
    const failure = failureSchema.safeParse(event instanceof CustomEvent ? event.detail : null);
    if (!failure.success || failure.data.imageId !== viewport.getCurrentImageId()) return;
    problem = problemOfRequest(failure.data.error);
    ask();
  };
  for (const name of EVENTS) element.addEventListener(name, name === Enums.Events.STACK_NEW_IMAGE ? onNew : ask);
  eventTarget.addEventListener(Enums.Events.IMAGE_LOAD_ERROR, onFailed);
  return {
    ask,
    clear: () => {
      problem = null;
    },
    stop() {
      cancelAnimationFrame(frame);
      for (const name of EVENTS) element.removeEventListener(name, name === Enums.Events.STACK_NEW_IMAGE ? onNew : ask);
      eventTarget.removeEventListener(Enums.Events.IMAGE_LOAD_ERROR, onFailed);
    },
  };
}

const failureSchema = z.object({ imageId: z.string(), error: z.unknown() });

function factsOf(viewport: Types.IStackViewport, element: HTMLDivElement, problem: ImageProblem | null): ViewFacts {
  const range = viewport.getProperties().voiRange;
  return {
    index: viewport.getCurrentImageIdIndex(),
    affine: affineOf(viewport),
    size: { width: element.clientWidth, height: element.clientHeight },
    window: range ? windowOf(range) : null,
    problem,
  };
}

function affineOf(viewport: Types.IStackViewport): Affine | null {
  const imageData = viewport.getImageData()?.imageData;
  if (!imageData) return null;
  return affineFrom(({ x, y }) => {
    // Whole indices are the centres of pixels here, as in marks.
    const [worldX = 0, worldY = 0, worldZ = 0] = imageData.indexToWorld?.([x, y, 0]) ?? [];
    const [screenX, screenY] = viewport.worldToCanvas([worldX, worldY, worldZ]);
    return { x: screenX, y: screenY };
  });
}
