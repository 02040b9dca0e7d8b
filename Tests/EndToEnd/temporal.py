#!/usr/bin/env python3
"""Days, times of day and lengths of time as people say them, filled in by the model.

    temporal.py --kinglet .build/release/kinglet

Prints each phrasing with what was filled in; exit code 1 if one is wrong.
"""
import json

from serving import check, parser, request, run, server

# A Tuesday.
NOW = {"time": "2026-11-24T09:30:00", "timezone": "Europe/Berlin"}
CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


def function(name, description, required, **properties):
    return {"name": name, "description": description,
            "parameters": {"type": "object", "properties": properties, "required": required}}


def text(**more):
    return {"type": "string", **more}


HOME = [
    function("alarm_set", "Set an alarm clock to wake or ring at a time.", ["time"],
             time=text(pattern=CLOCK), date=text(format="date")),
    function("reminder_create", "Remind the user of something at a time.", ["text", "date", "time"],
             text=text(minLength=1, maxLength=60), date=text(format="date"), time=text(pattern=CLOCK)),
    function("light_turn_off", "Turn the lights of a room off.", ["room"], room=text(enum=["kitchen", "bedroom", "hall"])),
]
MOMENTS = [function("reminder_create", "Remind the user of something.", ["text", "when"],
                    text=text(minLength=1, maxLength=60), when=text(format="date-time"))]
LENGTHS = [function("timer_start", "Start a countdown.", ["duration"], duration=text(format="duration"))]
TIMES = [function("blinds_schedule", "Open the blinds each day at a time.", ["at"], at=text(format="time"))]

# Query, functions, function, parameters that must have these values.
PHRASINGS = [
    ("set an alarm for tomorrow at half past seven", HOME, "alarm_set", {"date": "2026-11-25", "time": "07:30"}),
    ("wake me at quarter to eight on friday", HOME, "alarm_set", {"date": "2026-11-27", "time": "07:45"}),
    ("get me up at ten to six the day after tomorrow, set an alarm", HOME, "alarm_set",
     {"date": "2026-11-26", "time": "05:50"}),
    ("alarm at 6:15 next monday", HOME, "alarm_set", {"date": "2026-11-30", "time": "06:15"}),
    ("set the alarm clock for seven o'clock tomorrow", HOME, "alarm_set", {"date": "2026-11-25", "time": "07:00"}),
    ("remind me to call mum tomorrow evening at half past eight", HOME, "reminder_create",
     {"date": "2026-11-25", "time": "20:30"}),
    ("remind me of the dentist on december 3rd at 7:30 pm", HOME, "reminder_create",
     {"date": "2026-12-03", "time": "19:30"}),
    ("remind me to take the bins out on thursday at twenty past nine in the evening", HOME, "reminder_create",
     {"date": "2026-11-26", "time": "21:20"}),
    ("remind me to water the plants in three days at noon", HOME, "reminder_create",
     {"date": "2026-11-27", "time": "12:00"}),
    ("remind me tonight at a quarter past ten to lock the door", HOME, "reminder_create",
     {"date": "2026-11-24", "time": "22:15"}),
    ("remind me tomorrow at half past seven to feed the cat", MOMENTS, "reminder_create",
     {"when": "2026-11-25T07:30:00+01:00"}),
    ("remind me in half an hour to turn the oven off", MOMENTS, "reminder_create", {"when": "2026-11-24T10:00:00+01:00"}),
    ("remind me at 8 pm on saturday to book the flight", MOMENTS, "reminder_create",
     {"when": "2026-11-28T20:00:00+01:00"}),
    ("start a timer for an hour and a half", LENGTHS, "timer_start", {"duration": "PT1H30M"}),
    ("timer for ninety seconds", LENGTHS, "timer_start", {"duration": "PT1M30S"}),
    ("set a timer for a quarter of an hour", LENGTHS, "timer_start", {"duration": "PT15M"}),
    ("open the blinds at half past six in the morning", TIMES, "blinds_schedule", {"at": "06:30:00+01:00"}),
]
# Queries to the pool that is shipped, its ten candidates found by retrieval.
POOL = [
    ("set an alarm for tomorrow at half past seven", "alarm_set", {"date": "2026-11-25", "time": "07:30"}),
    ("wake me on thursday at a quarter to six", "alarm_set", {"date": "2026-11-26", "time": "05:45"}),
    ("start a timer for twelve minutes", "timer_start", {"duration": {"hours": 0, "minutes": 12, "seconds": 0}}),
    ("set a timer for two and a half hours", "timer_start", {"duration": {"hours": 2, "minutes": 30, "seconds": 0}}),
]


def main():
    arguments = parser(__doc__).parse_args()
    wrong = []
    with server(arguments) as url:
        for query, functions, name, expected in PHRASINGS + [(q, None, n, e) for q, n, e in POOL]:
            body = {"query": query, "context": NOW, "explain": True}
            if functions:
                body |= {"functions": functions, "retriever": "all"}
            status, _, answer = request(url + "/v1/functioncall", body)
            answer = json.loads(answer)
            check(status == 200, answer)
            call = (answer["calls"] or [{"function": answer["outcome"], "parameters": {}}])[0]
            given = {key: call["parameters"].get(key) for key in expected}
            is_right = call["function"] == name and given == expected
            said = next((line for line in answer["explain"]["prompt"].splitlines() if line.startswith("Time expressions:")), "")
            print(f"{'right' if is_right else 'WRONG'}  {query}: {call['function']} {json.dumps(call['parameters'])}  [{said}]")
            if not is_right:
                wrong.append(query)
    check(not wrong, f"{len(wrong)} of {len(PHRASINGS) + len(POOL)} wrong: {wrong}")
    print(f"{len(PHRASINGS) + len(POOL)} phrasings filled in rightly")


run(main)
