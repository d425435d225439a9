/** Names that Windows keeps for devices, with or without an extension. */
export const RESERVED = /^(con|conin\$|conout\$|prn|aux|nul|(com|lpt)[\d¹²³]) *(\.|$)/i;
