import { expect, test } from 'vitest';
import type { PriorStudy } from '@readroom/shared/study/prior';
import { snapshot } from '../outbox/testing/bodies.ts';
import { worthFetching } from './in-advance.ts';

const prior = (studyUid: string, over: Partial<PriorStudy> = {}): PriorStudy => ({ studyUid, studyDateTime: null, modalities: ['CT'], description: 'CT head', bodyPart: 'HEAD', imageCount: 30, source: 'PACS', ...over });

test('the two nearest that are read beside the study, and none that is huge', () => {
  const study = snapshot('1.1', { modality: 'CT', bodyPart: 'HEAD', description: 'CT head' });
  const priors = [
    prior('2.1', { imageCount: 9_000 }),
    prior('2.2', { modalities: ['MR'] }),
    prior('2.3', { modalities: ['CR'] }),
    prior('2.4', { bodyPart: 'CHEST', description: 'CT chest' }),
    prior('2.5', { imageCount: null }),
    prior('2.6'),
  ];
  expect(worthFetching(study, priors).map(({ studyUid }) => studyUid)).toEqual(['2.2', '2.5']);
});
