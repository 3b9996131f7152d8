import { z } from 'zod';

/** PS3.5 table 6.2-1, VR AE: 1-16 characters of the default repertoire without backslash or control characters, not only spaces. */
export const aeTitleSchema = z.string().min(1).max(16).regex(/^(?=.*[^ ])[\x20-\x5b\x5d-\x7e]+$/);
