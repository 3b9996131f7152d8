'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Series } from '@readroom/shared/study/study';
import { imageProblemOf, type ImageProblem } from '../engine/image-problem.ts';
import { loadSeriesMetadata } from '../engine/metadata.ts';
import { indexOfPicture, picturesOf, type Picture } from '../engine/stack.ts';
import { NOTHING_SHOWN, openStackView, type StackView, type ViewFacts } from '../engine/stack-view.ts';

/** The frame somebody asked for: a finding, a thumbnail. `nonce` makes asking twice ask twice. */
export interface Target {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly nonce: number;
}

export interface Stack {
  readonly element: React.RefObject<HTMLDivElement | null>;
  readonly pictures: readonly Picture[];
  readonly facts: ViewFacts;
  /** The series as a whole can't be shown. */
  readonly problem: ImageProblem | null;
  readonly loading: boolean;
  readonly view: StackView | null;
  retry(): void;
}

const NO_PICTURES: readonly Picture[] = [];

/** One viewport bound to one series. */
export function useStack(studyUid: string, series: Series | null, target: Target | null): Stack {
  const element = useRef<HTMLDivElement>(null);
  const { view, facts, problem: viewProblem } = useView(element);
  const [shown, setShown] = useState<{ series: Series; pictures: readonly Picture[] } | null>(null);
  const [problem, setProblem] = useState<ImageProblem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = useRef(target);
  useEffect(() => {
    wanted.current = target;
  });
  useEffect(() => {
    if (view === null || series === null) return undefined;
    const abort = new AbortController();
    const pictures = picturesOf(studyUid, series, window.location.origin);
    setProblem(null);
    const show = async (opened: StackView) => {
      await loadSeriesMetadata(studyUid, series.seriesUid, pictures, abort.signal);
      if (abort.signal.aborted) return;
      const at = wanted.current ? indexOfPicture(pictures, wanted.current.sopInstanceUid, wanted.current.frameNumber) : Math.floor(pictures.length / 2);
      setShown({ series, pictures });
      await opened.show(pictures.map((picture) => picture.imageId), Math.max(0, at));
    };
    show(view).catch((error: unknown) => {
      if (!abort.signal.aborted && !isLoadFailure(error)) setProblem(imageProblemOf(error));
    });
    return () => abort.abort();
  }, [view, studyUid, series, attempt]);
  const pictures = shown !== null && shown.series === series ? shown.pictures : NO_PICTURES;
  useEffect(() => {
    if (view === null || !target || pictures.length === 0) return;
    const at = indexOfPicture(pictures, target.sopInstanceUid, target.frameNumber);
    if (at >= 0) void view.goTo(at).catch(() => undefined);
  }, [target, pictures, view]);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  return { element, pictures, facts, problem: problem ?? viewProblem, loading: facts.affine === null && problem === null, view, retry };
}

/** An image that failed to load tells its own story through the view's facts. */
function isLoadFailure(error: unknown): boolean {
  return typeof XMLHttpRequest !== 'undefined' && error instanceof XMLHttpRequest;
}

const NO_GRAPHICS: ImageProblem = { title: 'The viewer could not start', text: 'This browser gives the page no way to draw images. Reload the page; if it stays, use a current Chrome, Edge or Firefox.', again: false };

function useView(element: React.RefObject<HTMLDivElement | null>) {
  const [view, setView] = useState<StackView | null>(null);
  const [facts, setFacts] = useState<ViewFacts>(NOTHING_SHOWN);
  const [problem, setProblem] = useState<ImageProblem | null>(null);
  useEffect(() => {
    if (!element.current) return undefined;
    let opened: StackView | null = null;
    try {
      opened = openStackView(element.current, setFacts);
      setView(opened);
    } catch {
      setProblem(NO_GRAPHICS);
    }
    return () => {
      opened?.stop();
      setView(null);
      setFacts(NOTHING_SHOWN);
    };
  }, [element]);
  return { view, facts, problem };
}
