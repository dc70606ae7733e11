export const url: string;
export function token(): Promise<string>;
export function leaver(bearer: string, source: string, externalId: string, endedOn: string): Promise<string>;
