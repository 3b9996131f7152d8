import type { Series } from '@readroom/shared/study/study';

/** One picture of a series: a frame of an instance. */
export interface Picture {
  /** Cornerstone's name of it: `wadors:` and the address of its frame. */
  readonly imageId: string;
  readonly sopInstanceUid: string;
  /** 1-based, as in WADO-RS (PS3.18 10.4). */
  readonly frameNumber: number;
  /** 0-based place of the instance in the series. */
  readonly sliceIndex: number;
}

/** Every frame of a series in display order. Instances without pixels (SR, presentation states) have none. */
export function picturesOf(studyUid: string, series: Series, origin: string): Picture[] {
  return series.instances.flatMap((instance, sliceIndex) =>
    Array.from({ length: instance.frames }, (_, frame) => ({
      imageId: `wadors:${origin}/dicomweb/studies/${studyUid}/series/${series.seriesUid}/instances/${instance.sopInstanceUid}/frames/${frame + 1}`,
      sopInstanceUid: instance.sopInstanceUid,
      frameNumber: frame + 1,
      sliceIndex,
    })),
  );
}

export function hasPictures(series: Series): boolean {
  return series.instances.some((instance) => instance.frames > 0 && instance.rows > 0);
}

/** Where in the stack a frame stands; the first frame of the instance when the frame is not there; -1 when neither is. */
export function indexOfPicture(pictures: readonly Picture[], sopInstanceUid: string, frameNumber: number): number {
  const exact = pictures.findIndex((picture) => picture.sopInstanceUid === sopInstanceUid && picture.frameNumber === frameNumber);
  return exact >= 0 ? exact : pictures.findIndex((picture) => picture.sopInstanceUid === sopInstanceUid);
}

/** The series to begin with: the one the worst finding is in, else the first with pictures. */
export function firstSeries(series: readonly Series[], findingSopUid: string | null): Series | null {
  const withPictures = series.filter(hasPictures);
  const marked = withPictures.find((each) => each.instances.some((instance) => instance.sopInstanceUid === findingSopUid));
  return marked ?? withPictures[0] ?? null;
}
