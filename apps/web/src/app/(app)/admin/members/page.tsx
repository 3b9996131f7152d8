import { MembersPage } from '../../../../admin/members-page.tsx';

export default function Page() {
  return <MembersPage />;
}
