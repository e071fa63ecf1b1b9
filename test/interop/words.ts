/** Arguments as one would type them, none of which has a space in it. */
export function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
