import type { AnalysisReason } from '@readroom/shared/finding/analysis';
import { DecodeError } from '../../imaging/decode/frame.ts';
import { BlankImageError } from '../preprocess/blank-image.ts';
import { ModelAnswerError } from './model-answer-error.ts';

/** In words for a radiologist, from whatever an image was refused with. */
export function reasonOf(error: unknown): AnalysisReason {
  if (error instanceof DecodeError) return { code: error.code, text: `An image could not be decoded: ${error.message}.`.slice(0, 300) };
  if (error instanceof BlankImageError) return { code: 'blank-image', text: 'The image is blank.' };
  return { code: 'unreadable-image', text: 'An image could not be read.' };
}

/** Why a model gave no answer to a study. */
export function modelReasonOf(error: unknown): AnalysisReason {
  if (error instanceof ModelAnswerError) return { code: 'model-answer', text: error.message.slice(0, 300) };
  return { code: 'model-failed', text: 'The model could not be run on this study.' };
}
