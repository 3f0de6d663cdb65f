"""What people ask the sandbox assistant about, and what a helpful answer says.

Data only; knows nothing of tone or quality.

A request is one of `asks` with `{x}` (and `{y}` where the topic has two slots) filled in. An answer is one of `first`,
which always names the thing asked about, followed by none or some of `then`, in their order.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A family of requests with the sentences that answer them."""

    name: str
    x: tuple[str, ...]
    asks: tuple[str, ...]
    first: tuple[str, ...]
    then: tuple[str, ...]
    y: tuple[str, ...] = ("",)


def _list(text: str) -> tuple[str, ...]:
    """Split a comma-separated list of slot fillers."""
    return tuple(part.strip() for part in text.split(","))


TOPICS: tuple[Topic, ...] = (
    Topic(
        name="clean",
        x=_list(
            "kettle, frying pan, coffee machine, oven, toaster, bathtub, sink, shower head, microwave, chopping board, "
            "fridge, lunch box, water bottle, dishwasher, blender, teapot"
        ),
        asks=(
            "How do I clean my {x}?",
            "What is the best way to clean the {x}?",
            "My {x} looks dirty. What should I do?",
            "Can you tell me how to get my {x} clean again?",
            "My {x} smells a little strange. How can I clean it?",
            "Which cleaner is safe for my {x}?",
        ),
        first=(
            "Wash the {x} with warm water and a little soap.",
            "Mix vinegar and water, and wipe the {x} with it.",
            "Sprinkle baking soda on the {x} and wait ten minutes.",
            "Rub the {x} gently with half a lemon.",
        ),
        then=(
            "Use a soft brush for the corners.",
            "Rinse it well with clean water.",
            "Dry it with a soft cloth.",
            "Repeat this once a week to keep it fresh.",
        ),
    ),
    Topic(
        name="squeak",
        x=_list(
            "door, bicycle, office chair, drawer, garden gate, window, bed frame, pram, swing, folding table, "
            "letter box, cupboard, rocking chair, suitcase, wheelbarrow, ladder"
        ),
        asks=(
            "My {x} squeaks. How do I stop it?",
            "How do I fix a noise in my {x}?",
            "Why does my {x} squeak so much?",
            "What can I do about a noisy {x}?",
            "My {x} makes a strange sound. Any idea?",
            "Can I repair my {x} without special tools?",
        ),
        first=(
            "Put a drop of oil on the moving parts of the {x}.",
            "Check the {x} for a loose screw.",
            "Move the {x} slowly and listen where the noise comes from.",
            "Brush the dust off the {x} with an old toothbrush.",
        ),
        then=(
            "Tighten the screws by hand.",
            "Wipe off any oil that is left over.",
            "Try it again after a few minutes.",
            "If it still squeaks, replace the worn part.",
        ),
    ),
    Topic(
        name="cook",
        x=_list(
            "lentils, rice, eggs, potatoes, pumpkin, spinach, chickpeas, mushrooms, carrots, tomatoes, chicken, tofu, "
            "beans, salmon, cabbage, noodles"
        ),
        asks=(
            "What can I cook with {x}?",
            "I have {x} and half an hour. What can I make?",
            "Can you suggest an easy dinner with {x}?",
            "Give me a simple recipe with {x}.",
            "My guests love {x}. What should I cook?",
            "What goes well with {x}?",
        ),
        first=(
            "Make a warm soup with {x}, onions and garlic.",
            "Fry the {x} in olive oil until golden.",
            "Try a simple curry with {x} and coconut milk.",
            "Bake the {x} in the oven with a little cheese.",
        ),
        then=(
            "Let it cook for about twenty minutes.",
            "Add salt, pepper and fresh herbs.",
            "Squeeze some lemon over it at the end.",
            "Serve it with bread or a green salad.",
        ),
    ),
    Topic(
        name="rainy_day",
        x=_list(
            "two children, a toddler, three cousins, a nephew, a niece, twins, a shy boy, a curious girl, "
            "four friends, grandchildren, teenagers, two brothers, two sisters, a small group, five kids, a baby"
        ),
        asks=(
            "Suggest a rainy-day plan for {x}.",
            "What can I do at home with {x}?",
            "It is raining and I have to entertain {x}.",
            "Which games are good for {x}?",
            "How do I keep {x} busy for an afternoon?",
            "I am babysitting {x} tonight. Any ideas?",
        ),
        first=(
            "Build a blanket fort with {x} in the living room.",
            "Bake easy cookies together with {x}.",
            "Make a little treasure hunt for {x} around the house.",
            "Draw and cut paper animals with {x}.",
        ),
        then=(
            "Let everybody choose one song.",
            "Take a break with hot chocolate.",
            "Read a story together afterwards.",
            "End the day with a short film.",
        ),
    ),
    Topic(
        name="plants",
        x=_list(
            "basil, orchid, cactus, fern, tomato plant, rose, lavender, lemon tree, ivy, mint, bonsai, sunflower, "
            "strawberry plant, rosemary, palm, olive tree"
        ),
        asks=(
            "How do I look after my {x}?",
            "My {x} looks sad. What is wrong?",
            "How often should I water my {x}?",
            "Where should I put my {x}?",
            "How can I help my {x} grow?",
            "Can you give me some tips for my {x}?",
        ),
        first=(
            "Put the {x} in a bright place near a window.",
            "Water the {x} when the top of the soil is dry.",
            "Give the {x} a bigger pot with fresh soil.",
            "Cut the dry parts of the {x} with clean scissors.",
        ),
        then=(
            "Make sure that the water can drain away.",
            "Add a little plant food every month.",
            "Turn the pot once a week.",
            "Keep it away from cold wind.",
        ),
    ),
    Topic(
        name="login",
        x=_list(
            "email account, bank account, library account, school portal, photo app, music app, online shop, "
            "travel app, fitness app, streaming account, tax portal, phone account, game account, "
            "forum account, cloud storage, work calendar"
        ),
        asks=(
            "I cannot log in to my {x}. What now?",
            "I forgot the password of my {x}.",
            "How do I make my {x} safer?",
            "My {x} is locked. Can you help?",
            "How do I reset the password of my {x}?",
            "Someone tried to get into my {x}. What should I do?",
        ),
        first=(
            "Open the login page of your {x} and ask for a new password.",
            "Choose a long new password for your {x}.",
            "Turn on two-step login for your {x}.",
            "Check that you use the right email for your {x}.",
        ),
        then=(
            "Follow the link that you get by email.",
            "Do not use the same password twice.",
            "Wait five minutes and try once more.",
            "Write to support if it still fails.",
        ),
    ),
    Topic(
        name="device",
        x=_list(
            "printer, laptop, tablet, phone, television, speaker, camera, doorbell, smart watch, game console, "
            "thermostat, radio, scanner, projector, robot vacuum, headset"
        ),
        asks=(
            "My {x} will not connect to the wifi.",
            "How do I connect my {x} to the wifi?",
            "Why does my {x} keep going offline?",
            "My {x} is very slow today. Any idea?",
            "My {x} stopped working after the update.",
            "How do I reset my {x}?",
        ),
        first=(
            "Turn the {x} off, wait a minute and turn it on again.",
            "Open the settings of the {x} and choose your network.",
            "Move the {x} closer to the router.",
            "Install the newest update on the {x}.",
        ),
        then=(
            "Type in the wifi password again.",
            "Restart the router as well.",
            "Check that no cable is loose.",
            "After that, test it once more.",
        ),
    ),
    Topic(
        name="stain",
        x=_list(
            "red wine, coffee, chocolate, tomato sauce, grass, ink, mud, lipstick, curry, berry juice, tea, mustard"
        ),
        y=_list("shirt, sofa, carpet, tablecloth, jacket, dress"),
        asks=(
            "How do I get {x} out of my {y}?",
            "I have {x} on my {y}. Help!",
            "What removes {x} from a {y}?",
            "There is {x} on the {y}. Can it be saved?",
        ),
        first=(
            "Dab the {x} on the {y} with a clean cloth.",
            "Cover the {x} with salt before you wash the {y}.",
            "Rinse the {y} with cold water to loosen the {x}.",
            "Put some dish soap on the {x} and wet the {y}.",
        ),
        then=(
            "Do not rub too hard.",
            "Let it work for ten minutes.",
            "Wash it as usual afterwards.",
            "Let it dry in the fresh air.",
        ),
    ),
    Topic(
        name="pets",
        x=_list("puppy, kitten, rabbit, parrot, hamster, old dog, cat, guinea pig, pony, donkey, goat, terrier"),
        y=_list("stay calm, sit still, be gentle, sleep at night, wait for food, travel by car"),
        asks=(
            "How do I teach my {x} to {y}?",
            "My {x} does not want to {y}. What can I do?",
            "How long does it take a {x} to learn to {y}?",
            "Can a {x} learn to {y}?",
        ),
        first=(
            "Give your {x} a treat each time it starts to {y}.",
            "Show your {x} step by step how to {y}.",
            "Ask your {x} to {y} in a quiet room first.",
            "Praise your {x} when it manages to {y}.",
        ),
        then=(
            "Keep each lesson under five minutes.",
            "Stay patient and never shout.",
            "Practise every day at the same time.",
            "Stop before it gets tired.",
        ),
    ),
    Topic(
        name="sport",
        x=_list(
            "running, swimming, yoga, cycling, climbing, dancing, rowing, skating, tennis, hiking, boxing, pilates, "
            "football, badminton, weight training, skiing"
        ),
        asks=(
            "How do I start {x} as a beginner?",
            "I want to try {x}. Any tips?",
            "How often should I practise {x}?",
            "Is {x} good for my back?",
            "What do I need for {x}?",
            "I feel too old for {x}. What do you think?",
        ),
        first=(
            "Start {x} with ten easy minutes, three times a week.",
            "Join a beginner class for {x} near you.",
            "Buy comfortable clothes for {x} before anything else.",
            "Try {x} with a friend, because it is more fun.",
        ),
        then=(
            "Warm up for a few minutes first.",
            "Take a rest day in between.",
            "Drink enough water.",
            "Do a little more every week.",
        ),
    ),
    Topic(
        name="exam",
        x=_list(
            "maths exam, history test, driving test, French exam, biology exam, chemistry test, spelling test, "
            "music exam, physics exam, geography test, piano exam, first aid test, law exam, cooking exam, "
            "computing test, swimming test"
        ),
        asks=(
            "How should I prepare for my {x}?",
            "My {x} is next week. Any advice?",
            "I am nervous about my {x}.",
            "How do I study for a {x} in three days?",
            "What is the best plan for my {x}?",
            "I failed my {x}. How do I do better?",
        ),
        first=(
            "Make a plan for the {x} with one theme a day.",
            "Do one practice round for the {x} every evening.",
            "Write the main points for the {x} on small cards.",
            "Ask a friend to quiz you for the {x}.",
        ),
        then=(
            "Put your phone in another room.",
            "Take a break every half hour.",
            "Repeat the hard parts in the morning.",
            "Sleep well the night before.",
        ),
    ),
    Topic(
        name="letter",
        x=_list(
            "birthday card, thank-you note, short letter, farewell card, party invitation, polite reminder, "
            "get-well card, friendly message"
        ),
        y=_list("neighbour, boss, teacher, aunt, best friend, landlord, coach, doctor, cousin"),
        asks=(
            "Help me write a {x} to my {y}.",
            "How do I start a {x} for my {y}?",
            "What should I say in a {x} to my {y}?",
            "I need a {x} for my {y} by tomorrow.",
        ),
        first=(
            "Start the {x} with the name of your {y} and a kind word.",
            "Tell your {y} in the {x} why you are writing.",
            "Keep the {x} for your {y} to four sentences.",
            "Begin the {x} with something that your {y} did well.",
        ),
        then=(
            "Mention one small detail that you remember.",
            "Use plain words instead of big ones.",
            "Finish with a warm greeting.",
            "Read it aloud before you send it.",
        ),
    ),
    Topic(
        name="gift",
        x=_list("birthday, wedding, graduation, retirement, anniversary, housewarming, farewell party, name day"),
        y=_list("sister, father, grandmother, colleague, son, uncle, husband, wife, godmother"),
        asks=(
            "What can I give my {y} for the {x}?",
            "I need a present for the {x} of my {y}.",
            "Any gift ideas for my {y}? It is for a {x}.",
            "What would please my {y} at the {x}?",
        ),
        first=(
            "Give your {y} a book about a favourite hobby for the {x}.",
            "A small plant for the {x} would please your {y}.",
            "Plan a day out with your {y} after the {x}.",
            "Frame a photo of you and your {y} for the {x}.",
        ),
        then=(
            "It does not have to be expensive.",
            "Wrap it in simple brown paper.",
            "Add a card with a few personal words.",
            "Keep the receipt, just in case.",
        ),
    ),
    Topic(
        name="packing",
        x=_list(
            "a weekend in the mountains, a week at the beach, a business trip, a camping trip, a city break, "
            "a long train ride, a ski holiday, a boat trip, a road trip, a music festival, a long hike, "
            "a night flight, a school trip, a cycling tour, a family visit, a spa weekend"
        ),
        asks=(
            "What should I pack for {x}?",
            "I am going on a trip: {x}. What do I need?",
            "Can you make a packing list for {x}?",
            "How big a bag do I need for {x}?",
            "What do people forget to bring for {x}?",
            "Help me get ready for {x}.",
        ),
        first=(
            "Pack light layers and a rain jacket for {x}.",
            "Take comfortable shoes for {x}.",
            "Write a short list for {x} the day before.",
            "Bring a small bag with snacks for {x}.",
        ),
        then=(
            "Roll your clothes to save space.",
            "Do not forget your charger.",
            "Put your papers in a safe pocket.",
            "Leave some room for souvenirs.",
        ),
    ),
    Topic(
        name="money",
        x=_list(
            "groceries, electricity, clothes, heating, petrol, eating out, phone bills, train tickets, books, "
            "haircuts, holidays, toys, magazines, furniture, make-up, sweets"
        ),
        asks=(
            "How can I spend less on {x}?",
            "I spend too much on {x}. Any ideas?",
            "How do I make a budget for {x}?",
            "Can you help me save money on {x}?",
            "What is a fair monthly limit for {x}?",
            "My family wants to save on {x}.",
        ),
        first=(
            "Write down for one month what you spend on {x}.",
            "Set a weekly limit for {x} and keep to it.",
            "Compare three prices before you pay for {x}.",
            "Look for discounts on {x} online.",
        ),
        then=(
            "Pay in cash to feel the difference.",
            "Wait a day before big purchases.",
            "Put the rest into savings at once.",
            "Check your list on Sunday evening.",
        ),
    ),
    Topic(
        name="order",
        x=_list(
            "lamp, backpack, rain jacket, bookcase, keyboard, coffee grinder, yoga mat, desk, toy train, mattress, "
            "tent, clock, mirror, bike helmet, umbrella, armchair"
        ),
        asks=(
            "My new {x} has not arrived yet.",
            "Where is the {x} that I ordered?",
            "The {x} arrived broken. What now?",
            "I want to return the {x} that I bought.",
            "Can I change the colour of the {x} that I ordered?",
            "How do I cancel the order of the {x}?",
        ),
        first=(
            "Please send us the order number of the {x}.",
            "Open your orders, choose the {x} and click on help.",
            "We will check today what happened to the {x}.",
            "You can return or exchange the {x} within thirty days.",
        ),
        then=(
            "The answer comes by email within a day.",
            "You do not have to pay for shipping.",
            "Keep the box until everything is settled.",
            "Your money comes back within a week.",
        ),
    ),
    Topic(
        name="tidy",
        x=_list(
            "work table, kitchen, garage, closet, cellar, bookshelf, hallway, bathroom, balcony, tool shed, bedroom, "
            "pantry, car, attic, nursery, sewing box"
        ),
        asks=(
            "How do I tidy my {x}?",
            "My {x} is a mess. Where do I start?",
            "How do I keep my {x} tidy?",
            "I have one hour for my {x}. What is the plan?",
            "Do you have a trick for a messy {x}?",
            "There is no space left in my {x}.",
        ),
        first=(
            "Take everything out of the {x} that you no longer use.",
            "Begin with one small corner of the {x}.",
            "Set a timer for fifteen minutes and clear the {x}.",
            "Sort the things in the {x} into keep and give away.",
        ),
        then=(
            "Give every thing a fixed place.",
            "Use boxes with clear labels.",
            "Take one bag to the charity shop.",
            "Tidy a little every evening.",
        ),
    ),
    Topic(
        name="language",
        x=_list(
            "Spanish, Italian, Japanese, German, Polish, Greek, Swedish, Portuguese, Turkish, Dutch, Korean, Finnish, "
            "Arabic, Danish, Hindi, Czech"
        ),
        asks=(
            "How can I learn {x} quickly?",
            "I want to speak {x} on holiday.",
            "What is a good way to practise {x}?",
            "Is {x} hard to learn?",
            "How do I remember words in {x}?",
            "Which {x} book should I read first?",
        ),
        first=(
            "Learn ten words of {x} every day.",
            "Listen to songs and radio in {x}.",
            "Find a partner who speaks {x} and talk once a week.",
            "Read easy stories in {x}.",
        ),
        then=(
            "Speak from the first day.",
            "Repeat old words before new ones.",
            "Do not worry about mistakes.",
            "Keep a small notebook with you.",
        ),
    ),
    Topic(
        name="party",
        x=_list(
            "picnic, birthday party, garden party, game night, family dinner, street party, barbecue, film night, "
            "brunch, tea party, school fair, book club"
        ),
        y=_list("six people, ten people, twenty people, thirty people, old friends, colleagues"),
        asks=(
            "How do I plan a {x} for {y}?",
            "I am hosting a {x} for {y}. Any advice?",
            "What do I need for a {x} with {y}?",
            "How much food do I need for a {x} with {y}?",
        ),
        first=(
            "Make a list of what {y} need at the {x}.",
            "Choose a date for the {x} that suits {y}.",
            "Ask {y} to bring one dish each to the {x}.",
            "Prepare food and drinks for {y} before the {x}.",
        ),
        then=(
            "Send the invitations two weeks before.",
            "Borrow chairs and plates from friends.",
            "Choose music that is not too loud.",
            "Have a plan for bad weather.",
        ),
    ),
    Topic(
        name="habit",
        x=_list(
            "fall asleep faster, wake up earlier, drink more water, read more books, use the phone less, "
            "eat more vegetables, feel less stressed, eat less sugar, walk more, sit up straight, keep a diary, "
            "be on time, relax after work, worry less, focus at work, get more fresh air"
        ),
        asks=(
            "How can I {x}?",
            "I would like to {x}. Where do I start?",
            "Is there a trick to {x}?",
            "Every year I plan to {x}, but I never do.",
            "What helps people to {x}?",
            "Can you help me to {x}?",
        ),
        first=(
            "Choose one small step to {x} and take it today.",
            "Set a daily reminder to {x}.",
            "Tell a friend that you want to {x}.",
            "Keep one hour of the day free to {x}.",
        ),
        then=(
            "Mark every good day on a calendar.",
            "Do not give up after one bad day.",
            "Reward yourself after a full week.",
            "Give yourself a month.",
        ),
    ),
)
