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
    """
)
"""What comes after one of these names someone, whatever it looks like."""

SECRETS = _words(
    """
    invite invites invitation invitations reset token tokens verify verification confirm confirmation
    activate activation unsubscribe magic magiclink session sessions sid otp passcode
    """
)
"""What comes after one of these is known to one person alone."""

RECORDS = _words(
    """
    order orders invoice invoices receipt receipts ticket tickets case cases booking bookings reservation
    reservations customer customers client clients contact contacts payment payments shipment shipments parcel
    claim claims application applications appointment appointments message messages conversation conversations
    thread phone tel mobile iban bestellung bestellungen rechnung bestelling commande pedido
    """
)
"""A number after one of these, however short, is one person's, unless it is a year."""

SECTIONS = _words(
    """
    about area benefits blog events faq guide guidelines help info join membership news newsletter policy privacy
    stories support terms thank thanks welcome
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
    activity add address addresses all and app apps appearance authentication avatar billing by cancel change
    code conditions connect create dashboard delete deletion detail details devices directory done download
    downloads edit email error exit expired export factor failed favorites favourites forgot forgotten friends
    history home htm html in index invalid jsp language link list login logout lost manage me method methods my
    name new notifications off options out overview page password photo php picture plan preferences public
    recover recovery register registration request required resend returns search security sent settings
    shipping show sign signin signout signup start subscription subscriptions success two up update view
    wishlist you your

    abmelden adresse adressen aktivität aktivitaet aktivitäten aktivitaeten alle ändern aendern anmelden anmeldung
    ansehen anzeigen bearbeiten benachrichtigungen daten einloggen einstellungen erfolg erstellen fehler foto freunde
    gelöscht geloescht geschichte kennwort konto kontoeinstellungen kündigen kuendigen löschen loeschen mein meine
    merkliste neu neue neues passwort passwörter passwoerter privatsphäre privatsphaere profilbild registrieren
    registrierung sicherheit sprache suche suchen übersicht uebersicht vergessen verlauf verwalten verzeichnis
    zurücksetzen zuruecksetzen

    accueil activité activite ajouter amis annuaire annuler chercher compte confidentialité confidentialite connexion
    créer creer de déconnexion deconnexion données donnees favoris historique identifiants inscription langue liste mes
    modifier mot nouveau nouvelle oublié oublie paramètres parametres passe préférences préferences recherche réglages
    reglages résilier resilier sécurité securite supprimer tous toutes voir

    aanmaken aanmelden activiteit afmelden bekijken beveiliging bewerken favorieten gegevens geschiedenis inloggen
    instellingen lid lijst meldingen mijn nieuw nieuwe opzeggen overzicht registratie registreren taal uitloggen
    vergeten verwijderen voorkeuren vrienden wachtwoord wachtwoorden wijzigen zoeken

    acceder acceso actividad ajustes amigos baja borrar buscar búsqueda busqueda cambiar cerrar configuración
    configuracion contraseña contrasena crear cuenta datos direcciones editar eliminar entrar favoritos historial idioma
    iniciar inicio lista notificaciones nueva nuevo olvidada preferencias privacidad recuperar registrarse registro
    salir seguridad sesión sesion todos ver

    accedi accesso aggiungi amici attività attivita cambia cancella cerca crea cronologia dati dimenticata disconnetti
    elenco elimina entra esci impostazioni indirizzi iscriviti iscrizione lingua modifica notifiche nuovo preferenze
    preferiti profilo recupera registrati registrazione ricerca sicurezza tutti visualizza

    acessar acesso alterar apagar atividade cadastro conta criar configurações configuracoes dados definições
    definicoes endereços enderecos esqueci excluir histórico historico meus minha minhas notificações notificacoes novo
    preferências privacidade registar registrar sair segurança seguranca senha
    """
)
"""Words of which the pages are made that stand in those places too: ``/account/change-password``."""
