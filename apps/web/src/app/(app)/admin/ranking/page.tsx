import { RankingPage } from '../../../../worklist/policy/ranking-page.tsx';

export default function Page() {
  return <RankingPage />;
}
