/** Who wrote an event, in the words of OCSF 1.8.0. */
export const ocsfMetadata = { product: { name: 'Menshen', vendor_name: 'Menshen' }, version: '1.8.0' };
