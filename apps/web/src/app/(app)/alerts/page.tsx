import { AlertsPage } from '../../../alert/screens/alerts-page.tsx';

export default function Page() {
  return <AlertsPage />;
}
