"""Words that stand in paths: before what names someone, and in its place.

In English, German, French, Dutch, Spanish, Italian and Portuguese. No first name may be among the pages' words.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PEOPLE = _words(
    """
    user users u uid userid username profile profiles account accounts member members
    patient patients applicant applicants
    benutzer mitglied mitglieder profil utilisateur utilisateurs membre membres gebruiker gebruikers profiel
    usuario usuarios perfil utente utenti usuário usuários
    compte comptes cuenta cuentas konto leden lid miembro miembros profilo
    """
)
"""What comes after one of these names someone, whatever it looks like."""

SECRETS = _words(
    """
    invite invites invitation invitations reset verify verification confirm confirmation
    activate activation unsubscribe magiclink sid otp passcode
    """
)
"""What comes after one of these is known to one person alone."""

HINTS = _words("magic session sessions token tokens")
"""What comes after one of these is a secret too if it has a digit; else it may be a talk, or a colour."""

RECORDS = _words(
    """
    order orders invoice invoices receipt receipts ticket tickets case cases booking bookings reservation
    reservations customer customers client clients contact contacts payment payments shipment shipments parcel
    claim claims appointment appointments message messages conversation conversations thread tel iban
    bestellung bestellungen rechnung rechnungen kunde kunden bestelling bestellingen klant klanten
    commande commandes facture factures pedido pedidos factura facturas fattura fatture
    """
)
"""A number after one of these, however short, is one person's, unless it is a year."""

SECTIONS = _words(
    """
    about area benefits blog events faq guide guidelines help info information insurance join membership news
    newsletter policy privacy resources savings stories support terms thank thanks welcome
    bedingungen beitreten beitritt datenschutz hilfe mitgliedschaft neuigkeiten veranstaltungen vorteile werden
    willkommen
    actualités actualites adhérer adherer adhésion adhesion aide avantages bienvenue devenir événements evenements
    evenementen hulp lidmaatschap nieuws voordelen voorwaarden welkom worden
    actualidad ayuda bienvenida bienvenido eventos noticias ventajas
    aiuto benvenuto eventi notizie vantaggi
    ajuda notícias noticias vantagens
    """
)
"""Pages after which articles come, not people: ``/members/news/annual-meeting``."""

PAGES = SECTIONS | _words(
    """
    activity add address addresses albums all and app apps appearance articles authentication avatar badges billing
    board by cancel change code comment comments committee company conditions connect create dashboard delete deletion
    detail details devices directory document documents done download downloads edit email error exit expired export
    factor failed favorites favourites file files followers following forgot forgotten form forms friends groups history
    home htm html id in index invalid jsp language letters likes link list login logout lost manage me method methods my
    name new notifications off options out overview page pages password pdf photo photos php picture plan post posts
    preferences public recover recovery register registration reply report reports request required resend returns
    review reviews search security sent settings shipping show sign signin signout signup start subscription
    subscriptions success summary topics track two up update videos view wishlist you your

    abmelden abschließen abschliessen adresse adressen aktivität aktivitaet aktivitäten aktivitaeten alle ändern aendern
    anmelden anmeldung ansehen anzeigen bearbeiten benachrichtigungen daten einloggen einstellungen erfolg eröffnen
    eroeffnen erstellen fehler foto freunde gelöscht geloescht geschichte kennwort kontoeinstellungen kündigen kuendigen
    löschen loeschen mein meine merkliste neu neue neues passwort passwörter passwoerter privatsphäre privatsphaere
    profilbild registrieren registrierung satzung seite sicherheit sprache suche suchen übersicht uebersicht vergessen
    verlauf verwalten verzeichnis vorstand zurücksetzen zuruecksetzen

    accueil bureau statuts activité activite ajouter amis annuaire annuler chercher confidentialité confidentialite
    connexion créer creer de déconnexion deconnexion données donnees favoris historique identifiants inscription langue
    liste mes modifier mot nouveau nouvelle oublié oublie paramètres parametres passe préférences préferences recherche
    réglages reglages résilier resilier sécurité securite supprimer tous toutes voir

    aanmaken aanmelden bestuur activiteit afmelden bekijken beveiliging bewerken favorieten gegevens geschiedenis
    inloggen instellingen lijst meldingen mijn nieuw nieuwe opzeggen overzicht pagina registratie registreren taal
    uitloggen vergeten verwijderen voorkeuren vrienden wachtwoord wachtwoorden wijzigen zoeken

    acceder acceso actividad ajustes amigos baja borrar buscar búsqueda busqueda cambiar cerrar configuración
    configuracion contraseña contrasena crear datos direcciones editar eliminar entrar favoritos historial idioma
    iniciar inicio lista notificaciones nueva nuevo olvidada preferencias privacidad recuperar registrarse registro
    salir seguridad sesión sesion todos ver

    accedi accesso aggiungi amici attività attivita cambia cancella cerca crea cronologia dati dimenticata disconnetti
    elenco elimina entra esci impostazioni indirizzi iscriviti iscrizione lingua modifica notifiche nuovo preferenze
    preferiti recupera registrati registrazione ricerca sicurezza tutti visualizza

    acessar página acesso alterar apagar atividade cadastro conta criar configurações configuracoes dados definições
    definicoes endereços enderecos esqueci excluir histórico historico meus minha minhas notificações notificacoes novo
    preferências privacidade registar registrar sair segurança seguranca senha
    """
)
"""Words of which the pages are made that stand in those places too: ``/account/change-password``."""

LISTED = _words("page pages seite pagina página")
"""A short number after one of these is a page of a list: ``/orders/page/2``."""
