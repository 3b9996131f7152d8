import { EscalationPage } from '../../../../alert/escalation/escalation-page.tsx';

export default function Page() {
  return <EscalationPage />;
}
