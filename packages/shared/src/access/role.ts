import { z } from 'zod';

export const roleSchema = z.enum(['resident', 'attending', 'admin', 'it', 'technologist']);
export type Role = z.infer<typeof roleSchema>;
