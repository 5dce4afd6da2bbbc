/** Words out loud, by a voice of this computer. Voices that a browser fetches from elsewhere are not used. */

/** The part of a voice that decides. */
export interface Voice {
  readonly lang: string;
  readonly localService: boolean;
  readonly default: boolean;
}

/** An English voice of this computer, the browser's own choice first; null where there is none. */
export function chooseVoice<T extends Voice>(voices: readonly T[]): T | null {
  const fit = voices.filter((voice) => voice.localService && /^en\b/i.test(voice.lang));
  return fit.find((voice) => voice.default) ?? fit[0] ?? null;
}

/** Says the latest thing only: what is said late is wrong. */
export class Speaker {
  on = false;

  get voice(): SpeechSynthesisVoice | null {
    return "speechSynthesis" in window ? chooseVoice(window.speechSynthesis.getVoices()) : null;
  }

  say(words: string): void {
    const { voice } = this;
    if (!this.on || !voice) return;
    window.speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(words);
    said.voice = voice;
    window.speechSynthesis.speak(said);
  }

  hush(): void {
    if ("speechSynthesis" in window) window.speechSynthesis.cancel();
  }
}
