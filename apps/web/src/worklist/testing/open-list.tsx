import { fireEvent, screen } from '@testing-library/react';
import { renderScreen, type Rendered, type RenderOptions } from '../../testing/render.tsx';
import { ListPage } from '../list-page.tsx';

export function rowOf(n: number): HTMLElement {
  return document.getElementById(`row-1.2.3.${n}`)!;
}

/** Study UIDs as they stand on the screen, from top to bottom. */
export function order(): (string | undefined)[] {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-study-uid]')];
  return rows.sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex'))).map((row) => row.dataset['studyUid']);
}

export function press(key: string): void {
  fireEvent.keyDown(document.body, { key });
}

/** The list page with the stubbed gateway's rows on it; \`Patient2\` is one of them. */
export async function openList(options: RenderOptions = {}): Promise<Rendered> {
  const rendered = renderScreen(<ListPage />, options);
  await screen.findByText('Patient2, Test');
  return rendered;
}
