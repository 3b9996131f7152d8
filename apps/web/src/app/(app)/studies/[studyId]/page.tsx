import { StudyPage } from '../../../../viewer/screen/study-page.tsx';

export default async function Page({ params }: { params: Promise<{ studyId: string }> }) {
  const { studyId } = await params;
  return <StudyPage studyId={studyId} />;
}
