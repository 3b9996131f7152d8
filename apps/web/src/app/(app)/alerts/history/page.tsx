import { HistoryPage } from '../../../../alert/history/history-page.tsx';

export default function Page() {
  return <HistoryPage />;
}
