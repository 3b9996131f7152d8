import { CompliancePage } from '../../../../alert/compliance/compliance-page.tsx';

export default function Page() {
  return <CompliancePage />;
}
