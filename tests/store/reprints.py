"""Invented articles: copies, paraphrases, and what looks like either and is neither."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Two texts; their sentences are separated by white space, their paragraphs by an empty line."""

    name: str
    one: str
    other: str


def _text(wrapped: str) -> str:
    """Paragraphs on one line each."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in wrapped.split("\n\n"))


FERRY = _text("""
The ferry Halden struck a stone pier at the entrance to Brekkvik harbour shortly before dawn on Tuesday, throwing
passengers from their seats.

Fourteen people were treated for broken bones and cuts, and two of them were still in hospital in the evening. "We
heard a scraping noise, and then everything that was not fixed flew forward," said Marit Solheim, who was travelling
to work.

The ship carried 212 passengers and a crew of nine. Its captain told the coastguard that the steering had failed about
300 metres from the quay.

Divers found a hole two metres long below the water line. The operator, Fjordlinjen, said that the vessel had passed
an inspection in March.

Tugs held the ferry against the pier until the last passenger had left it at half past seven. The transport ministry
has ordered all three sister ships to stay in port until their steering has been examined. An inquiry led by the
former admiral Olav Kvam is to report before the summer.""")

FERRY_REWORDED = _text("""
Passengers were hurled out of their seats when the ferry Halden hit a pier made of stone at the mouth of Brekkvik's
harbour, just before daybreak on Tuesday.

Cuts and fractures were treated in fourteen people, of whom two remained in hospital that evening. "There was a
grating sound, and after it all that was loose came flying to the front," said Marit Solheim, a commuter.

Aboard were 212 passengers as well as nine crew members. According to what its captain told the coastguard, the
steering gave out roughly 300 metres off the quay.

A hole measuring two metres was discovered by divers beneath the water line. Fjordlinjen, which operates the vessel,
stated that it had been inspected successfully in March.

The ferry was held to the pier by tugs until everyone had got off at 7.30. All three sister ships have been told by
the transport ministry to remain in harbour until checks of their steering are complete. A former admiral, Olav Kvam,
will head an inquiry whose findings are due before summer.""")

SOLAR = _text("""
Residents of Tarrow voted on Sunday to let a solar farm be built on the old airfield north of the town. The plan was
backed by 61 per cent, in a vote in which more than two thirds of those entitled took part.

The plant is to cover 140 hectares and to supply electricity for 48,000 homes. Work will begin in October, and the
first panels should be connected in the spring of the following year.

Opponents had argued that the grassland is one of the last nesting places of the stone curlew in the province. The
council has promised to leave a third of the airfield unbuilt and to pay a warden for the birds.

Mayor Teresa Vidal called the result a clear mandate. "People here want the power station in the valley to close, and
now it can," she said.

The energy company Norsol will pay the town a rent of 900,000 crowns a year. Part of the money is to lower the price
that pensioners pay for heating.""")

SOLAR_GARBLED = _text("""
Citizens of Tarrow elected on Sunday to allow a solar ranch to be constructed on the former airfield to the north of
the city. The proposal was supported by 61 percent, in a ballot where over two thirds of the eligible persons
participated.

The facility will span 140 hectares and provide power to 48,000 households. Construction starts in October, and the
initial panels ought to be linked up in the next year's spring season.

Critics had contended that the meadow is among the final breeding sites of the rock curlew in the region. The board
has pledged to keep one third of the airfield free of buildings and to fund a guard for the avian animals.

Teresa Vidal, the mayor, named the outcome a plain order. "The folks here wish the power plant within the valley to
shut, and currently it may," she stated.

Norsol, the power firm, is going to give the city a lease of 900,000 crowns annually. A portion of the cash shall
reduce the cost that retirees give for warmth.""")

THEFT = _text("""
A portrait that was cut from its frame in the Orsini museum nineteen years ago has been found behind the wall of a
farmhouse near Castel Moro. Builders came upon it on Friday while they were taking down a bread oven.

The painting, a likeness of the young Duchess Lavinia by Pietro Sarti, had been rolled up in an oilcloth. Restorers
say that it has lost paint along two folds but that the face is unharmed.

The farmhouse changed hands twice since the theft, and its present owners are not under suspicion. Detectives now want
to question a night watchman who left the museum a month before the burglary and moved abroad.

The insurer paid the museum 2.4 million euros in 2007 and is by law the owner of the picture. It has offered to give
the portrait back for a third of that sum.

"She has come home a little creased, like all of us," the director, Elena Bassi, told reporters. The portrait will be
shown as it is from December, beside photographs of the empty frame.""")

THEFT_RECAST = _text("""
Nineteen years after somebody cut it out of its frame in the Orsini museum, a portrait has turned up inside the wall
of a farm building close to Castel Moro. It was discovered by builders on Friday. They were demolishing a bread oven.

It shows Duchess Lavinia as a young woman, was painted by Pietro Sarti, and had been wrapped, rolled, in oilcloth.
Though paint is missing along a pair of folds, restorers report no harm to the face.

Nobody suspects the people who own the farmhouse today, as it has been sold two times since the picture was stolen.
What detectives would like is a talk with a night watchman, who gave up his job at the museum one month ahead of the
break-in and went to live in another country.

Legally the picture belongs to the insurer, which compensated the museum with 2.4 million euros in 2007, and which is
now ready to return it for one third of the amount.

Elena Bassi, the director, told journalists: "She is back home and slightly creased, as we all are." From December the
public can see the portrait in its present state, next to photos of the frame without it.""")

PARAPHRASES = [
    Pair("reworded", FERRY, FERRY_REWORDED),
    Pair("garbled by a machine", SOLAR, SOLAR_GARBLED),
    Pair("recast, sentences split and merged", THEFT, THEFT_RECAST),
]

DAM = _text("""
At least thirty families were led out of their homes on Wednesday night after water began to seep through the Ostrava
Mala dam. Engineers opened both spillways, and by morning the lake had fallen by almost a metre.

"The wall is stable, but I won't let anybody sleep below it until I have seen it dry," said the district engineer,
Pavel Hruska.

The dam was built in 1961 to feed a paper mill that has long closed. Two years ago auditors rated its upkeep as poor
and asked for new drains, which the province put off for want of money.

Heavy rain is forecast again for the weekend. The army has lent the town forty pumps and a field kitchen.

School is cancelled until Monday. Those who had to leave are staying in the sports hall, where volunteers hand out
blankets and soup.""")

DAM_SECOND_REPORTER = _text("""
Jana Novotna had just put her children to bed when two firemen knocked and told her to take warm clothes and go. An
hour later she sat on a camp bed in the sports hall, with people from thirty households around her, and wondered
whether she would see her kitchen again.

What drove them out is a wet patch on the Ostrava Mala dam, which a walker noticed on Wednesday afternoon. The
district engineer, Pavel Hruska, ordered the spillways to be opened and the valley to be cleared.

Not everybody is surprised. An auditors' report of two years ago found that the drains of the dam, finished in 1961,
no longer worked, and a local campaign has asked for repairs ever since.

The governor promised on Thursday that money would now be found, without saying how much. Opposition members of the
assembly want to know why it was not found before.""")

ELECTION = _text("""
The Alliance of Farmers and Towns won the election in Velland on Sunday with 34.2 per cent of the vote, ending eleven
years of rule by the Liberals.

Its leader, Karin Moe, said that she would ask the Greens and the Centre to talks on a government this week. Together
the three would have 88 of 169 seats.

The Liberals fell to 27.5 per cent, their worst result since the war. Prime Minister Jens Aker accepted defeat before
midnight and will stay on as caretaker.

Moe promised in the campaign to cut the tax on fuel and to reopen rural hospitals. Economists at the central bank
warned that both together would cost a per cent of national income.

Turnout was 79 per cent, two points more than four years ago.""")

ELECTION_SECOND_REPORTER = _text("""
Prime Minister Jens Aker conceded shortly before midnight, in a hall that had half emptied. "Voters have told us to go
and think, and we shall," he said, and left by a side door.

For the Liberals it is the end of eleven years in office, and with 27.5 per cent the lowest share since the war. Party
officials blamed the price of fuel and the closing of hospitals in the country, which Karin Moe's Alliance made the
theme of its campaign.

Moe, a former vet who entered parliament only six years ago, is likely to be the next head of government. She needs
partners, and the obvious ones do not like each other: the Greens reject the cheaper fuel that she has promised, while
the Centre insists on it.

Analysts expect weeks of talks. The last coalition of three parties in Velland broke apart after nine months.""")

FINAL = _text("""
Rovers beat Athletic 2-1 after extra time in Saturday's cup final, with a goal by the substitute Dele Amadi in the
117th minute.

Athletic led through Marko Lind's header after nine minutes and were the better side until half-time. Rovers equalised
in the 71st minute, when Paulo Reis turned in a low cross.

Athletic finished with ten men, their captain Henrik Sand having been sent off for a second foul on Reis.

"I told them at half-time that nobody remembers who was prettier," said the Rovers manager, Ines Ferrer, the first
woman to win the cup.

It is the first trophy for Rovers in 28 years. They will play in Europe next season.""")

FINAL_SECOND_REPORTER = _text("""
Twenty-eight years of waiting ended at 19.42 on Saturday, when Dele Amadi, on the pitch for barely ten minutes, ran on
to a hopeful pass and lobbed the ball over the goalkeeper.

Amadi is nineteen, grew up three streets from the ground and was on loan in the second division until January. "I only
thought: do not hit it too hard," he said afterwards, a scarf around his neck and his mother at his side.

His goal decided a final that Athletic had begun as favourites and lost their heads in. The red card for Henrik Sand
will be debated for a while; television pictures suggest that he touched the ball first.

Ines Ferrer, who took over Rovers when they were bottom of the table, has now done what none of her eleven
predecessors could. Tens of thousands lined the river when the team came home on an open bus.""")

SAME_EVENTS = [
    Pair("a dam", DAM, DAM_SECOND_REPORTER),
    Pair("an election", ELECTION, ELECTION_SECOND_REPORTER),
    Pair("a final", FINAL, FINAL_SECOND_REPORTER),
]


def weather(day: str, high: int, low: int, wind: int, rain: int) -> str:
    """A forecast as a service prints it every day."""
    return _text(f"""
Here is the forecast for the coast on {day}, issued by the weather office at Port Lenn.

Clouds will build up from the west in the course of the morning, with showers in the hills by noon. Temperatures
will reach {high} degrees on the coast and {high - 4} inland. Winds from the south-west will blow at {wind}
kilometres an hour, with gusts of {wind + 24} on exposed headlands.

The chance of rain is {rain} per cent before noon and {rain + 18} per cent after it. In the night temperatures
will fall to {low} degrees, and to {low - 3} in the valleys.

Sailors should expect waves of up to {wind / 10:.1f} metres. The next forecast will be issued at six in the
evening.""")


def market(day: str, index: int, change: float, best: str, worst: str, oil: float) -> str:
    """A market report as an agency sends it every evening."""
    return _text(f"""
The Velland stock exchange closed {change:.1f} per cent higher on {day}, with the leading index at {index:,}
points.

Shares of {best} gained the most, rising by {change * 3:.1f} per cent, while {worst} lost {change * 2:.1f} per
cent and was the weakest of the day. Turnover was {index / 9:.0f} million crowns, against an average of {
        index / 8:.0f} million this year.

The crown was traded at {change * 7 + 8:.2f} to the euro. A barrel of North Sea oil cost {oil:.2f} dollars in
the evening, after {oil - change:.2f} the day before.

Analysts said that investors were waiting for the central bank's decision on interest rates. Bonds were little
changed, with ten-year paper yielding {oil / 30:.2f} per cent.""")


TEMPLATES = [
    Pair("forecasts", weather("Tuesday", 17, 9, 22, 40), weather("Friday", 24, 13, 35, 15)),
    Pair("market reports", market("Monday", 8120, 0.7, "Norsol", "Fjordlinjen", 71.4),
         market("Thursday", 7934, 1.3, "Velland Steel", "Lenn Dairies", 74.85)),
]  # fmt: skip

WIRE = _text("""
Customs officers at Port Lenn have seized eleven tonnes of eels that were hidden under frozen squid in a refrigerated
container. It is the largest catch of smuggled eels that the country has seen.

The container was bound for a dealer overseas. A sniffer dog named Bruno gave the alarm on Monday night, said the head
of customs, Ruth Okafor.

European eels are threatened with extinction, and selling them outside the continent has been forbidden since 2010. A
kilo of young eels fetches up to 6,000 euros.

Three men aged between 34 and 58 were arrested at a warehouse near the fish market. Two of them had been fined for the
same offence in 2019.

Biologists released the eels that were still alive into the Osk river on Tuesday. They believe that about a fifth of
the animals survived.

"It is a trade like that in ivory, except that nobody puts an eel on a poster," said the biologist Hamid Karimi of the
university of Tarrow. He estimates that a quarter of all young eels that reach Europe are sold abroad.

Eels are born in the Sargasso Sea and drift to Europe for two years. Nobody has succeeded in breeding them for the
market, so that every eel that is eaten was caught in the wild.

The government wants to raise the penalty for smuggling protected animals from two years in prison to five. A vote in
parliament is expected after the summer break.

Okafor said that the port would get a second scanner for containers in the autumn. At present about one in every
ninety containers is looked into.

The shipping company said that it had not known what the container held, and that it was helping the police. Its agent
in Port Lenn has been suspended.""")

WIRE_EDITED = WIRE.replace(
    "Customs officers at Port Lenn have seized eleven tonnes of eels that were hidden under frozen squid in a "
    "refrigerated container. It is the largest catch of smuggled eels that the country has seen.",
    "Eleven tonnes of live eels have been found in Port Lenn beneath a load of squid, the biggest haul ever made here.",
).replace("said the head of customs", "according to the head of customs").replace(
    "biologist Hamid", "biolgist Hamid"
).replace("They believe that about", "They beleive that about").replace(
    "is expected after the summer break", "is likely in September"
)  # fmt: skip

WIRE_SHORTENED = "\n\n".join(WIRE.split("\n\n")[:3])


def round_up(*stories: str) -> str:
    """Stories one after the other, as a newsletter prints them."""
    return "\n\n".join(["Good morning. This is what you should know today.", *stories, "That is all for today."])
