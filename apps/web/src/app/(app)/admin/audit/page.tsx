import { AuditPage } from '../../../../admin/audit-page.tsx';

export default function Page() {
  return <AuditPage />;
}
