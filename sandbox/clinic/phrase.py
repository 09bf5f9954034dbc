"""How patients put it, in English and in Spanish."""

from sandbox.clinic.intent import Intent

ENGLISH: dict[Intent, tuple[str, ...]] = {
    Intent.CONFIRM: (
        "C", "c", "Yes", "yes I'll be there", "Confirmed", "ok see you then", "I will be there",
        "Yep, coming", "sure thing", "Confirming, thanks", "C thank you", "sounds good",
        "Yes that works for me", "I'll be there, thanks for the reminder", "Got it, will be there",
        "we'll be there",
    ),
    Intent.CANNOT_COME: (
        "I can't make it", "Sorry, can't come", "won't be able to make it this time",
        "I can't make my appointment", "please cancel my appointment", "I have to cancel my visit",
        "not able to come in", "can't make it, my kid is sick", "I won't be there, sorry",
        "something came up and I can't come",
    ),
    Intent.RESCHEDULE: (
        "R", "r", "Can I reschedule?", "need to reschedule please", "do you have another time?",
        "That time doesn't work, can we move it", "could I come a different day", "Reschedule",
        "can we do another day? work got in the way", "Any other openings this week?",
    ),
    Intent.LATE: (
        "running late", "I'm running 10 min late", "stuck in traffic, be there in 15",
        "gonna be a little late", "be there 5 mins late sorry", "Traffic is awful, running behind",
    ),
    Intent.QUESTION: (
        "Where do I park?", "What time is it again?", "Do I need to bring my insurance card?",
        "Which address is it?", "Is it with the same therapist?", "How long will it take?",
        "Can I wear jeans", "Do you have my new insurance?", "how much is my copay",
    ),
    Intent.WRONG_PERSON: (
        "Wrong number", "You have the wrong number", "who is this? wrong person",
        "This isn't her phone anymore", "I don't know this person, wrong number",
        "no one by that name here",
    ),
    Intent.STOP: (
        "STOP", "Stop", "please stop texting me", "stop sending me these messages",
        "take me off this list", "no more texts please", "I don't want these texts anymore",
        "quit texting me", "Unsubscribe", "remove my number",
    ),
    Intent.HELP: ("HELP", "help", "Help?"),
    Intent.CHOICE: (),
    Intent.DECLINE: (
        "No thanks", "none of those, I'll keep my time", "I'll keep what I have",
        "no thank you", "not this time, thanks",
    ),
    Intent.THANKS: ("Thanks", "thank you!", "ok thanks", "Ok, no problem", "👍"),
    Intent.STRAY: (
        "can you pick up milk", "Mom called, call her back", "lol did you see the game",
        "what's for dinner", "the package came",
    ),
    Intent.NOTHING: (),
}  # fmt: skip
SPANISH: dict[Intent, tuple[str, ...]] = {
    Intent.CONFIRM: (
        "C", "Sí", "si", "Sí, ahí estaré", "Confirmo", "Confirmado, gracias", "si voy",
        "ahí estaré", "Claro que sí", "está bien, gracias", "Sí confirmo mi cita", "allí nos vemos",
    ),
    Intent.CANNOT_COME: (
        "No puedo ir", "Disculpe, no voy a poder ir", "no podré llegar",
        "Necesito cancelar mi cita",
        "no puedo asistir", "se me complicó, no puedo ir", "No voy a poder, perdón",
    ),
    Intent.RESCHEDULE: (
        "R", "¿Puedo cambiar mi cita?", "necesito cambiar la hora", "¿Tienen otro día?",
        "quiero reprogramar mi cita", "¿hay otro horario?", "me la pueden cambiar para otro día",
    ),
    Intent.LATE: (
        "voy tarde", "Voy a llegar 10 minutos tarde", "hay mucho tráfico, llego en 15",
        "llego un poco tarde",
    ),
    Intent.QUESTION: (
        "¿Dónde me estaciono?", "¿A qué hora es?", "¿Tengo que llevar mi seguro?",
        "¿Cuál es la dirección?", "¿es con la misma terapeuta?",
    ),
    Intent.WRONG_PERSON: (
        "Número equivocado", "se equivocó de número", "No conozco a esa persona",
        "este ya no es su número",
    ),
    Intent.STOP: (
        "STOP", "ya no me manden mensajes", "por favor dejen de escribirme",
        "no quiero más mensajes", "Quiten mi número de la lista",
    ),
    Intent.HELP: ("AYUDA", "HELP"),
    Intent.CHOICE: (),
    Intent.DECLINE: ("No gracias", "prefiero mi hora", "me quedo con la que tengo"),
    Intent.THANKS: ("Gracias", "muchas gracias", "ok gracias", "👍"),
    Intent.STRAY: ("¿compras leche?", "dile a mi mamá que ya salí", "jaja viste el partido"),
    Intent.NOTHING: (),
}  # fmt: skip
ORDINALS = {
    False: ("first", "second", "third", "fourth", "fifth"),
    True: ("primera", "segunda", "tercera", "cuarta", "quinta"),
}
PICKS = {
    False: ("{n}", "{n}", "{n}", "#{n}", "{n} please", "Option {n}", "{n} works", "I'll take {n}"),
    True: ("{n}", "{n}", "{n}", "el {n}", "{n} por favor", "la opción {n}"),
}
PICKS_IN_WORDS = {
    False: ("the {o} one", "the {o} one please", "I'll take the {o}", "{o} one works"),
    True: ("la {o}", "la {o} por favor", "quiero la {o}"),
}
SMILES = ("👍", "😊", "🙏", "❤️", "😅", "✅")
TAPBACKS = {Intent.CONFIRM: "Liked", Intent.THANKS: "Loved", Intent.QUESTION: "Questioned"}
