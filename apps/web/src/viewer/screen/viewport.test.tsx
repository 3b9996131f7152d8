// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { json, stubGateway } from '../../testing/fake-gateway.ts';
import { makeSeries } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { Viewport } from './viewport.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('a browser that can’t draw is told so, with what to do', async () => {
  const world = stubGateway();
  world.rest.set('GET /dicomweb/studies/1.2.3/series/1.2.3.1.1/metadata', json(503, { error: { code: 'edge-offline', message: '' } }));
  renderScreen(<Viewport studyUid="1.2.3" series={makeSeries(1)} target={null} findings={[]} />);
  expect(await screen.findByText(/The viewer could not start|edge node is offline/)).toBeDefined();
});

test('a study without pixels says that images appear as they arrive', () => {
  stubGateway();
  renderScreen(<Viewport studyUid="1.2.3" series={null} target={null} findings={[]} />);
  expect(screen.getByText('No images to show')).toBeDefined();
});
