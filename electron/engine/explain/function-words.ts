/** English words that name nothing by themselves, so that nobody expects to see them. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the this that these those some any no none all every each both either neither another other such own same ' +
    'and or but nor so yet if then than as because while though although unless until when whenever where wherever ' +
    'why how whether of in on at by for with without from to into onto upon over under above below behind beside ' +
    'besides between among across through during before after against about around near off out up down along ' +
    'within like per via toward towards past beyond i me my mine myself you your yours yourself he him his himself ' +
    'she her hers herself it its itself we us our ours ourselves they them their theirs themselves who whom whose ' +
    'which what whoever one ones someone somebody something anyone anybody anything everyone everybody everything ' +
    'nobody nothing am is are was were be been being do does did doing done have has had having can could will would ' +
    'shall should may might must ought not never very too quite rather really just only even also still again once ' +
    'twice here there now today always often sometimes ever almost nearly more most much many less least few little ' +
    'lot lots bit enough kind sort style completely totally fully partly slightly somewhat get gets got getting give ' +
    'gives given go goes going gone come comes coming keep keeps kept let lets make makes made making put puts take ' +
    'takes taken use used want wants need needs please see seen show shows showing shown look looks looking wear ' +
    'wears wearing worn say says said draw draws drawn drawing paint painted picture image portrait person people'
  ).split(' '),
);
